"""The qualification rule, in its only place (spec 1.4; contract: outcome.tier)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

Tier = Literal["Tier 1", "Tier 2"]

TIER_1_TEAM_SIZE = 5
TIER_1_MONTHLY_VOLUME = 100
TIER_1_INTEGRATIONS = frozenset({"salesforce", "hubspot"})


def qualification_tier(team_size: int | None, monthly_volume: float | None, integrations_needed: Iterable[str]) -> Tier:
    """Tier 1 (sales-ready): a team of 5 or more, or 100 or more documents a month, or Salesforce or HubSpot needed."""
    sales_ready = (
        (team_size or 0) >= TIER_1_TEAM_SIZE
        or (monthly_volume or 0) >= TIER_1_MONTHLY_VOLUME
        or any(name.lower() in TIER_1_INTEGRATIONS for name in integrations_needed)
    )
    return "Tier 1" if sales_ready else "Tier 2"
