"""Summarise a call on which there was nobody to sell to: what it was, what was promised, and that nothing is to be sold."""

from __future__ import annotations

from analyzers.contact_wishes import forbids
from analyzers.evidence import Fact
from analyzers.executive_summary.models import ExecutiveSummary, Outcome, RecommendedAction
from analyzers.executive_summary.outcome import Findings
from analyzers.executive_summary.prose import agreed, contact, duty
from analyzers.executive_summary.wording import ended, quoted, sentences
from analyzers.language.annotations import NoProspectReason

_WHO: dict[NoProspectReason, str] = {
    "recording": "A recording was on the line, not a caller",
    "seller": "The caller was selling something, and wants nothing",
    "wrong_number": "The caller wanted somebody else",
    "student": "The caller asked for a study, and has no use for the product",
    "refund_or_cancellation": "The caller wants out or the money back",
    "no_business": "The caller had no business of their own with us",
}
_NO_SALE = "There is nobody to sell to."
_SETTLE = RecommendedAction(
    kind="email",
    action="Settle the refund or cancellation and confirm it in writing",
    owner="support",
    timing="within two business days",
    talking_points=(),
)
"""What a caller who wants out or the money back is owed, whatever was promised in the call."""


def of_nobody(reason: Fact[NoProspectReason], findings: Findings) -> ExecutiveSummary:
    who, words = _WHO[reason.value], quoted(reason.evidence)
    opening = ended(f"{who}: {words}" if words else who)
    promised, owed = agreed(findings), _owed(reason.value, findings)
    told = (contact(findings), promised, duty(owed) if owed else None, _NO_SALE)
    return ExecutiveSummary(
        outcome=Outcome(qualified=False, tier=findings.found.qualification_tier, next_action="nurture"),
        summary=f"{opening}\n\n{sentences(*told)}",
        key_takeaways=tuple(point for point in (f"{who}.", *told) if point),
        recommended_action=owed,
    )


def _owed(reason: NoProspectReason, findings: Findings) -> RecommendedAction | None:
    if reason != "refund_or_cancellation" or forbids(findings.found.contact_wishes, "email"):
        return None
    return _SETTLE
