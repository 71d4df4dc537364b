"""Write the summary as prose: who called and what for, the current state, what comes next (spec 3.9)."""

from __future__ import annotations

from collections.abc import Iterator

from analyzers.action_items.models import ActionItem
from analyzers.executive_summary.models import Outcome, RecommendedAction, Risk
from analyzers.executive_summary.outcome import Findings
from analyzers.executive_summary.wording import LONGEST_QUOTE, OTHER, joined, plain, quoted, sentences

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
"""Most uses, systems, features, problems, risks or actions that one sentence lists, so that a paragraph stays readable."""
WAYS = {"any": " again", "phone": " by phone", "email": " by e-mail"}
WHO = {"user": "the caller", "sales": "sales", "support": "support"}


def summary(findings: Findings, outcome: Outcome, risks: tuple[Risk, ...], action: RecommendedAction | None) -> str:
    """Write two or three paragraphs separated by blank lines, with only what the call gave evidence of."""
    paragraphs = (_caller_and_need(findings), _standing(findings, outcome, risks), _agreed(findings, outcome, action))
    return "\n\n".join(paragraphs)


def caller(findings: Findings) -> str | None:
    """Describe the caller: ``The caller (VP of Sales) works in Construction, has a team of 12 and handles about 80 documents``."""
    found, labels = findings.found, findings.labels
    who = f"The caller ({plain(found.caller_role.value)})" if found.caller_role else "The caller"
    facts = [f"works in {labels.industry(found.industry.value)}"] if found.industry and found.industry.value != OTHER else []
    facts += [f"has a team of {found.team_size.value}"] if found.team_size else []
    facts += [f"handles about {_documents(found.monthly_volume.value)} a month"] if found.monthly_volume else []
    if facts:
        return f"{who} {joined(facts)}."
    return f"{who} called about the product." if found.caller_role else None


def _documents(count: int) -> str:
    return "1 document" if count == 1 else f"{count} documents"


def wants(findings: Findings) -> Iterator[str]:
    """Yield what the product is wanted for, what it must connect to and do, and what is used today."""
    found, labels = findings.found, findings.labels
    uses = [f for f in (found.use_cases.primary, *found.use_cases.secondary) if f and f.value != OTHER]
    if uses:
        yield f"They would use it for {joined(labels.use(use.value) for use in uses[:MOST_ITEMS])}."
    if found.integrations.needed:
        yield f"It needs to connect to {joined(labels.system(i.name) for i in found.integrations.needed[:MOST_ITEMS])}."
    if found.feature_requests:
        requests = sorted(found.feature_requests, key=lambda r: (r.priority != "must_have", -r.confidence))[:MOST_ITEMS]
        yield f"Asked for: {joined(plain(request.feature) for request in requests)}."
    if found.current_tool:
        tool = plain(found.current_tool.value)
        yield "Today they do it by hand." if tool.lower() == "manual" else f"Today they use {tool}."


def problem(findings: Findings) -> str | None:
    """Name the problems, with a quote of the most confident one; None when there are none."""
    pain_points = sorted(findings.found.pain_points, key=lambda pain: -pain.confidence)
    if not pain_points:
        return None
    words = quoted(pain_points[0].evidence)
    topics = joined(plain(pain.topic.replace("_", " ")) for pain in pain_points[:MOST_ITEMS])
    return f"Problems named: {topics}" + (f" ({words})." if words else ".")


def decision(findings: Findings) -> str:
    found = findings.found
    authority = AUTHORITY[found.budget_authority.value] if found.budget_authority else None
    timeline = TIMELINE[found.decision_timeline.value] if found.decision_timeline else None
    return sentences(authority, timeline)


def agreed(findings: Findings) -> str | None:
    """List booked meetings and promises, in the order of their dates; None when there are none."""
    items = findings.actions.items[:MOST_ITEMS]
    if not items:
        return None
    parts = [f"{_promise(item)} ({WHO[item.owner]}{f', by {item.deadline}' if item.deadline else ''})" for item in items]
    return f"Agreed: {'; '.join(parts)}."


def _promise(item: ActionItem) -> str:
    """Return the speaker's own sentence in quotation marks, anything else as plain words."""
    own = quoted([e for e in item.evidence if e.quote.strip().rstrip(".") == item.text.strip().rstrip(".")])
    return own or plain(item.text, LONGEST_QUOTE).rstrip(".")


def _caller_and_need(findings: Findings) -> str:
    facts = sentences(caller(findings), *wants(findings), problem(findings))
    return facts or "The caller said little about themselves and named no need for the product."


def _standing(findings: Findings, outcome: Outcome, risks: tuple[Risk, ...]) -> str:
    score = findings.score
    qualified = "qualified" if outcome.qualified else "not qualified for the sales team"
    points = f"{score.total} of 100 ({score.temperature}; confidence {score.confidence})"
    first = f"The lead is {qualified} ({outcome.tier}) and scores {points}."
    obstacles = sentences(*(risk.text for risk in risks[:MOST_ITEMS])) if risks else "No obstacle came up."
    return sentences(first, decision(findings), obstacles)


def contact(findings: Findings) -> str | None:
    """Say by which way the caller does not want to be contacted, in the caller's words; None without such a wish."""
    stated = findings.found.contact_wishes
    if not stated:
        return None
    ways = [WAYS[wish.channel] for wish in stated]
    words = quoted([quote for wish in stated for quote in wish.evidence])
    return f"The caller does not want to be contacted{joined(ways)}{f': {words}' if words else '.'}"


def _agreed(findings: Findings, outcome: Outcome, action: RecommendedAction | None) -> str:
    if action is None:
        return sentences(contact(findings), agreed(findings), "No outreach is recommended.")
    owner = action.owner.replace("_", " ").capitalize()
    next_step = f"Next: {NEXT[outcome.next_action]}. {owner}: {action.action[:1].lower()}{action.action[1:]} {action.timing}."
    return sentences(agreed(findings) or "Nothing was agreed on the call.", next_step)
