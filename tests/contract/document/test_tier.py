"""Who is ready for sales: a team of 5, 100 documents a month, or Salesforce or HubSpot needed (spec 1.4)."""

from __future__ import annotations

import pytest

from contract.document.tier import Tier, qualification_tier


@pytest.mark.parametrize(
    ("team_size", "monthly_volume", "integrations", "tier"),
    [
        (5, None, (), "Tier 1"),
        (4, 99.9, ("zapier", "api", "crm"), "Tier 2"),
        (None, 100, (), "Tier 1"),
        (1, 1, ("Salesforce",), "Tier 1"),
        (None, None, ("zapier", "hubspot"), "Tier 1"),
        (None, None, (), "Tier 2"),
        (0, 0, (), "Tier 2"),
    ],
)
def test_the_tier_of_a_caller(
    team_size: int | None, monthly_volume: float | None, integrations: tuple[str, ...], tier: Tier
) -> None:
    assert qualification_tier(team_size, monthly_volume, integrations) == tier
