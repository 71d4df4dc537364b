"""The summary as prose: who called and what for, where it stands, what comes next (spec 3.9)."""

from __future__ import annotations

from collections.abc import Iterator

from analyzers.executive_summary.models import Outcome, RecommendedAction, Risk
from analyzers.executive_summary.outcome import Findings
from analyzers.executive_summary.wording import joined, plain, quoted, sentences

AUTHORITY = {
    "decision_maker": "The caller decides.",
    "influencer": "The caller recommends; someone else decides.",
    "needs_approval": "The caller needs someone else's approval.",
}
TIMELINE = {
    "this_week": "A decision is meant for this week.",
    "this_month": "A decision is meant for this month.",
    "this_quarter": "A decision is meant for this quarter.",
    "next_quarter": "A decision is meant for next quarter.",
    "evaluating": "No decision date is set; they are still evaluating.",
}
NEXT = {"sales_call": "a sales call", "self_serve": "self-serve", "nurture": "nurture"}
MOST_ITEMS = 3


def summary(findings: Findings, outcome: Outcome, risks: tuple[Risk, ...], action: RecommendedAction) -> str:
    """Two or three paragraphs separated by blank lines; only what the call gave evidence of."""
    paragraphs = (_caller_and_need(findings), _standing(findings, outcome, risks), _agreed(findings, outcome, action))
    return "\n\n".join(paragraphs)


def caller(findings: Findings) -> str | None:
    """``A VP of Sales in Construction, with a team of 12 and about 80 documents a month, called.``"""
    found, labels = findings.found, findings.labels
    role = plain(found.caller_role.value) if found.caller_role else None
    trade = labels.industry(found.industry.value) if found.industry else None
    size = [f"a team of {found.team_size.value}"] if found.team_size else []
    size += [f"about {found.monthly_volume.value} documents a month"] if found.monthly_volume else []
    if not (role or trade or size):
        return None
    who = f"The caller ({role})" if role else "The caller"
    return (
        f"{who}{f' works in {trade}' if trade else ''}{' and' if trade and size else ''}{f' has {joined(size)}' if size else ''}".rstrip()
        + ("." if trade or size else " called about the product.")
    )


def wants(findings: Findings) -> Iterator[str]:
    """What the product is wanted for, what it must connect to and do, and what is used today."""
    found, labels = findings.found, findings.labels
    uses = [f for f in (found.use_cases.primary, *found.use_cases.secondary) if f]
    if uses:
        yield f"They would use it for {joined(labels.use(use.value) for use in uses[:MOST_ITEMS])}."
    if found.integrations.needed:
        yield f"It needs to connect to {joined(labels.system(i.name) for i in found.integrations.needed[:MOST_ITEMS])}."
    if found.feature_requests:
        wished = sorted(found.feature_requests, key=lambda r: (r.priority != "must_have", -r.confidence))[:MOST_ITEMS]
        yield f"Asked for: {joined(plain(request.feature) for request in wished)}."
    if found.current_tool:
        yield f"Today they use {plain(found.current_tool.value)}."


def problem(findings: Findings) -> str | None:
    """The surest problem, with the caller's words."""
    pains = sorted(findings.found.pain_points, key=lambda pain: -pain.confidence)
    if not pains:
        return None
    words = quoted(pains[0].evidence)
    topics = joined(plain(pain.topic.replace("_", " ")) for pain in pains[:MOST_ITEMS])
    return f"Problems named: {topics}" + (f" ({words})." if words else ".")


def decision(findings: Findings) -> str:
    found = findings.found
    authority = AUTHORITY[found.budget_authority.value] if found.budget_authority else None
    timeline = TIMELINE[found.decision_timeline.value] if found.decision_timeline else None
    return sentences(authority, timeline)


def agreed(findings: Findings) -> str | None:
    """Booked meetings and promises, in the order of their dates."""
    items = findings.actions.items[:MOST_ITEMS]
    if not items:
        return None
    parts = [f"{plain(item.text).rstrip('.')} ({item.owner}{f', by {item.deadline}' if item.deadline else ''})" for item in items]
    return f"Agreed: {'; '.join(parts)}."


def _caller_and_need(findings: Findings) -> str:
    told = sentences(caller(findings), *wants(findings), problem(findings))
    return told or "The caller said little about themselves and named no need for the product."


def _standing(findings: Findings, outcome: Outcome, risks: tuple[Risk, ...]) -> str:
    score = findings.score
    qualified = "qualified" if outcome.qualified else "not qualified for the sales team"
    first = f"The lead is {qualified} ({outcome.tier}) and scores {score.total} of 100 ({score.temperature}; confidence {score.confidence})."
    obstacles = sentences(*(risk.text for risk in risks[:MOST_ITEMS])) if risks else "No obstacle came up."
    return sentences(first, decision(findings), obstacles)


def _agreed(findings: Findings, outcome: Outcome, action: RecommendedAction) -> str:
    next_step = f"Next: {NEXT[outcome.next_action]}. {action.action} ({action.owner.replace('_', ' ')}, {action.timing})."
    return sentences(agreed(findings) or "Nothing was agreed on the call.", next_step)
