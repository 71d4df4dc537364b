"""Recommend who should do what, when, and what to say (spec 3.9, 'recommended next action')."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Literal

from analyzers.contact_wishes import forbids
from analyzers.executive_summary.models import Outcome, RecommendedAction
from analyzers.executive_summary.outcome import Findings, ended_badly
from analyzers.executive_summary.wording import LONGEST_QUOTE, OTHER, plain
from contract.document.tier import TIER_1_TEAM_SIZE
from contract.platform.calendar_words import short_moment

Owner = Literal["account_executive", "sales", "marketing", "support"]
MOST_POINTS = 4
"""Most talking points of a recommendation: as many as a person can keep in mind during a call."""


def recommended_action(findings: Findings, outcome: Outcome) -> RecommendedAction | None:
    """Return the action; None where the caller does not want it: all kinds but e-mail are talks.

    Who turned down the next step, with nothing to put right, is left alone.
    """
    kind, action = _action(findings, outcome)
    if outcome.next_action == "nurture" and findings.declined and not (findings.leaving or _went_wrong(findings)):
        return None
    if forbids(findings.found.contact_wishes, "email" if kind == "email" else "phone"):
        return None
    return RecommendedAction.model_validate(
        {
            "kind": kind,
            "action": action,
            "owner": _owner(findings, outcome),
            "timing": _timing(findings),
            "talking_points": tuple(islice(dict.fromkeys(_points(findings)), MOST_POINTS)),
        }
    )


def _action(findings: Findings, outcome: Outcome) -> tuple[str, str]:
    """Choose the kind (call, email, demo, quote) and the sentence by what the call left to do."""
    found = findings.shown
    if findings.booked:
        return "demo", "Hold the booked meeting"
    if findings.leaving is not None:
        return "call", "Call without selling to hear why they are leaving"
    if outcome.next_action == "nurture" and _went_wrong(findings):
        return "call", "Call back without selling to put right what went wrong"
    if outcome.next_action == "nurture":
        return "email", "Send a short follow-up and keep in touch"
    if outcome.next_action == "self_serve":
        use = found.use_cases.primary
        about = f" for {findings.labels.use(use.value)}" if use and use.value != OTHER else ""
        return "email", f"Send a getting-started guide{about}"
    if any(not o.resolved and o.severity == "blocker" for o in found.objections):
        return "call", "Call to settle the open blocker"
    if any(item.kind == "demo_request" for item in findings.actions.items):
        return "demo", "Set up the demo that was asked for"
    if found.team_size and any(s.strength == "strong" for s in found.buying_signals):
        return "quote", f"Call with a quote for {found.team_size.value} seats"
    return "call", "Call to confirm needs and propose a demo"


def _went_wrong(findings: Findings) -> bool:
    return ended_badly(findings.quality) or findings.complains


def _owner(findings: Findings, outcome: Outcome) -> Owner:
    if outcome.next_action == "nurture" and not findings.booked:
        return "support" if _went_wrong(findings) else "marketing"
    if outcome.next_action == "self_serve":
        return "sales" if findings.booked else "support"
    team = findings.found.team_size
    return "account_executive" if team and team.value >= TIER_1_TEAM_SIZE else "sales"


def _timing(findings: Findings) -> str:
    """Return the booked meeting's moment in its own offset, else the timing for the lead's temperature."""
    meetings = [b.meeting_time for b in findings.call.document.bookings if b.success and b.meeting_time]
    if meetings:
        return f"on {short_moment(meetings[-1])}"
    return findings.guide.timing["warm" if findings.leaving else findings.score.temperature or "nurture"]


def _points(findings: Findings) -> Iterator[str]:
    """Yield answers to what is open first, then what solves their problems, then what they need connected."""
    shown = findings.shown
    about = {o.label or o.topic for o in shown.objections} | {c.name for c in shown.competitors}
    yield from islice((point.point for point in findings.answers.talking_points if point.about in about), 2)
    for pain in shown.pain_points:
        if pain.solution:
            yield f"Show {plain(pain.solution)} against: {plain(pain.label or pain.topic, LONGEST_QUOTE)}"
    for integration in shown.integrations.needed:
        yield f"Show the connection to {findings.labels.system(integration.name)}"
    primary = shown.use_cases.primary
    if primary and primary.value != OTHER:
        yield f"Bring a template for {findings.labels.use(primary.value)}"
