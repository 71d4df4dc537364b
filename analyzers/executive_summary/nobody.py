"""Summarise a call on which there was nobody to sell to: nothing is recommended, and nothing is made of what was said."""

from __future__ import annotations

from analyzers.evidence import Fact, NoProspectReason
from analyzers.executive_summary.models import ExecutiveSummary, Outcome
from analyzers.executive_summary.wording import quoted
from contract.document.tier import Tier

_WHO = {"recording": "A recording was on the line, not a caller", "seller": "The caller was selling something, and wants nothing"}


def of_nobody(reason: Fact[NoProspectReason], tier: Tier) -> ExecutiveSummary:
    who, words = _WHO[reason.value], quoted(reason.evidence)
    opening = f"{who}: {words}" if words else f"{who}."
    return ExecutiveSummary(
        outcome=Outcome(qualified=False, tier=tier, next_action="nurture"),
        summary=f"{opening}\n\nThere is nobody to follow up with, and nothing was agreed.",
        key_takeaways=(f"{who}.", "There is nobody to follow up with."),
    )
