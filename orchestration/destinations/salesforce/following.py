"""Read opportunities back from Salesforce as a follower of the clock."""

from __future__ import annotations

from typing import Any

from orchestration.resources import Platform


def read_opportunities(platform: Platform) -> dict[str, Any]:
    """Read the opportunities of the callers' accounts from the CRM into the lake (spec 6.2)."""
    from orchestration.destinations.salesforce.destination import salesforce_client
    from orchestration.destinations.salesforce.inbound import extract_opportunities

    extracted = extract_opportunities(platform, salesforce_client(platform))
    return {"opportunities": extracted.opportunities, "accounts": extracted.accounts}
