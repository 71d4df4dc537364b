"""Define the qualification rule in one place (spec 1.4)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

Tier = Literal["Tier 1", "Tier 2"]

TIER_1_TEAM_SIZE = 5
"""People from which a team is Tier 1 (spec 1.4)."""
TIER_1_MONTHLY_VOLUME = 100
"""Documents a month from which a caller is Tier 1 (spec 1.4)."""
TIER_1_INTEGRATIONS = frozenset({"salesforce", "hubspot"})


def qualification_tier(team_size: int | None, monthly_volume: float | None, integrations_needed: Iterable[str]) -> Tier:
    """Return Tier 1 (sales-ready) for a team of 5 or more, or 100 or more documents a month, or Salesforce or HubSpot needed."""
    sales_ready = (
        (team_size or 0) >= TIER_1_TEAM_SIZE
        or (monthly_volume or 0) >= TIER_1_MONTHLY_VOLUME
        or any(name.lower() in TIER_1_INTEGRATIONS for name in integrations_needed)
    )
    return "Tier 1" if sales_ready else "Tier 2"
