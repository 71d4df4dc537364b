"""Summarise a call on which there was nobody to sell to: nothing is recommended, and nothing is made of what was said."""

from __future__ import annotations

from analyzers.evidence import Fact
from analyzers.executive_summary.models import ExecutiveSummary, Outcome
from analyzers.executive_summary.wording import quoted
from analyzers.language.annotations import NoProspectReason
from contract.document.tier import Tier

_WHO: dict[NoProspectReason, str] = {
    "recording": "A recording was on the line, not a caller",
    "seller": "The caller was selling something, and wants nothing",
    "wrong_number": "The caller wanted somebody else",
    "student": "The caller asked for school work, and has no use for it",
    "refund_or_cancellation": "The caller wants out or the money back",
    "no_business": "The caller had no business with us",
}


def of_nobody(reason: Fact[NoProspectReason], tier: Tier) -> ExecutiveSummary:
    who, words = _WHO[reason.value], quoted(reason.evidence)
    opening = f"{who}: {words}" if words else f"{who}."
    return ExecutiveSummary(
        outcome=Outcome(qualified=False, tier=tier, next_action="nurture"),
        summary=f"{opening}\n\nThere is nobody to follow up with, and nothing was agreed.",
        key_takeaways=(f"{who}.", "There is nobody to follow up with."),
    )
