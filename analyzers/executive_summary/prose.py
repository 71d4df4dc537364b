"""Write the summary as prose: who called and what for, the current state, what comes next (spec 3.9)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from analyzers.action_items.models import BOOKED_MEETING, ActionItem
from analyzers.evidence import LabelledFact
from analyzers.executive_summary.models import Outcome, RecommendedAction, Risk
from analyzers.executive_summary.outcome import Findings
from analyzers.executive_summary.risks import rival
from analyzers.executive_summary.wording import LONGEST_QUOTE, OTHER, ended, joined, lowered, plain, quoted, said, sentences
from contract.platform.calendar_words import day_in_words
from contract.platform.email_domains import company_domain

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
OWNERS = {"account_executive": "The account executive", "sales": "Sales", "marketing": "Marketing", "support": "Support"}
WHO = {"user": "the caller", "sales": "sales", "support": "support"}


def summary(findings: Findings, outcome: Outcome, risks: tuple[Risk, ...], action: RecommendedAction | None) -> str:
    """Write two or three paragraphs separated by blank lines, with only what the call gave evidence of."""
    paragraphs = (_caller_and_need(findings), _standing(findings, outcome, risks), _agreed(findings, outcome, action))
    return "\n\n".join(paragraphs)


def caller(findings: Findings) -> str | None:
    """Describe the caller: ``Dana Reyes of acme.example (VP of Sales) works in Construction and has a team of 12``."""
    found, labels = findings.shown, findings.labels
    name, company = name_of(findings), company_domain(findings.call.document.user_email)
    role = plain(found.caller_role.value) if found.caller_role else None
    who = (name or "The caller") + (f" of {company}" if company else "") + (f" ({role})" if role else "")
    facts = [f"works in {labels.industry(found.industry.value)}"] if found.industry and found.industry.value != OTHER else []
    facts += [f"has a team of {found.team_size.value}"] if found.team_size else []
    facts += [f"handles about {_documents(found.monthly_volume.value)} a month"] if found.monthly_volume else []
    if facts:
        return f"{who} {joined(facts)}."
    return f"{who} called about the product." if name or company or role else None


def name_of(findings: Findings) -> str | None:
    """Return the caller's name, as it was registered or given for a meeting; None where nobody is known."""
    document = findings.call.document
    named = (document.user_name, *(booking.customer_name for booking in document.bookings if booking.success))
    return next((plain(name) for name in named if name and plain(name)), None)


def goes(findings: Findings) -> str | None:
    """Say that the caller is lost, in the caller's words; None for one who stays."""
    gone = findings.leaving
    if gone is None:
        return None
    where = f"is leaving for {plain(gone.name)}" if gone.name else "is leaving for another product"
    verb = "wants to cancel" if gone.how == "cancels" else where
    return ended(f"The caller {verb}: {quoted([gone.clause]) or 'said so in the call'}")


def _documents(count: int) -> str:
    return "1 document" if count == 1 else f"{count} documents"


def wants(findings: Findings) -> Iterator[str]:
    """Yield what the product is wanted for, what it must connect to and do, and what is used today."""
    found, labels = findings.shown, findings.labels
    uses = [f for f in (found.use_cases.primary, *found.use_cases.secondary) if f and f.value != OTHER]
    if uses:
        yield f"They would use it for {joined(labels.use(use.value) for use in uses[:MOST_ITEMS])}."
    if found.integrations.needed:
        yield f"It needs to connect to {joined(labels.system(i.name) for i in found.integrations.needed[:MOST_ITEMS])}."
    if found.feature_requests:
        requests = sorted(found.feature_requests, key=lambda r: (r.priority != "must_have", -r.confidence))[:MOST_ITEMS]
        yield ended(f"Asked for: {joined(topic_or_words(findings, one, one.feature) for one in requests)}")
    if found.current_tool:
        tool = plain(found.current_tool.value)
        yield "Today they do it by hand." if tool.lower() == "manual" else f"Today they use {tool}."


def problem(findings: Findings) -> str | None:
    """Name the problems, with a quote of the most confident one; None when there are none."""
    pain_points = sorted(findings.shown.pain_points, key=lambda pain: -pain.confidence)
    if not pain_points:
        return None
    first = pain_points[0]
    topics = [topic_or_words(findings, pain, pain.topic) for pain in pain_points[:MOST_ITEMS]]
    words = said(findings.call, first) if first.topic != OTHER else None
    topics[0] += f" ({words})" if words else ""
    return ended(f"Problems named: {joined(topics)}")


def topic_or_words(findings: Findings, fact: LabelledFact, topic: str) -> str:
    """Return a topic as it stands inside a sentence, for one of no list the caller's clause in quotation marks."""
    if topic != OTHER:
        return lowered(plain(fact.label or topic.replace("_", " "), LONGEST_QUOTE))
    return said(findings.call, fact) or plain(fact.label or topic)


def decision(findings: Findings) -> str:
    found = findings.shown
    authority = AUTHORITY[found.budget_authority.value] if found.budget_authority else None
    timeline = TIMELINE[found.decision_timeline.value] if found.decision_timeline else None
    return sentences(authority, timeline)


def duty(action: RecommendedAction) -> str:
    return f"{OWNERS[action.owner]} should {lowered(action.action)} {action.timing}."


def agreed(findings: Findings) -> str | None:
    """Tell of booked meetings and list promises, in the order of their dates; None when there are none."""
    items = findings.actions.items[:MOST_ITEMS]
    booked = [f"A meeting is booked{_day(' for ', item)}." for item in items if item.text == BOOKED_MEETING]
    promised = [
        f"{_promise(findings, item)} ({WHO[item.owner]}{_day(', by ', item)})" for item in items if item.text != BOOKED_MEETING
    ]
    return sentences(*booked, f"Promised: {'; '.join(promised)}." if promised else None) or None


def _day(lead: str, item: ActionItem) -> str:
    return lead + day_in_words(date.fromisoformat(item.deadline)) if item.deadline else ""


def _promise(findings: Findings, item: ActionItem) -> str:
    """Return the speaker's own clause in quotation marks, anything else as plain words."""
    own = any(item.text.strip().rstrip(".") in evidence.quote for evidence in item.evidence)
    return (said(findings.call, item) if own else None) or plain(item.text, LONGEST_QUOTE).rstrip(".")


def _caller_and_need(findings: Findings) -> str:
    facts = sentences(caller(findings), *wants(findings), problem(findings))
    if gone := goes(findings):
        return sentences(gone, facts)
    return facts or "Nothing of what the caller needs is certain enough to be told here."


def _standing(findings: Findings, outcome: Outcome, risks: tuple[Risk, ...]) -> str:
    score = findings.score
    qualified = "qualified" if outcome.qualified else "not qualified for the sales team"
    points = f"{score.total} of 100 ({score.temperature})"
    first = f"The lead is {qualified} ({outcome.tier}) and scores {points}"
    first += ", but is about to be lost." if findings.leaving else "."
    shown = findings.shown
    told = [fact.evidence for fact in (shown.budget_authority, shown.decision_timeline) if fact]
    known = rival(shown.current_tool.value, "current") if shown.current_tool else None
    untold = [risk.text for risk in risks if risk.evidence not in told and risk.text != known]
    obstacles = sentences(*untold[:MOST_ITEMS])
    return sentences(first, decision(findings), obstacles)


def contact(findings: Findings) -> str | None:
    """Say by which way the caller does not want to be contacted, in the caller's words; None without such a wish."""
    stated = findings.shown.contact_wishes
    if not stated:
        return None
    ways = [WAYS[wish.channel] for wish in stated]
    words = quoted([quote for wish in stated for quote in wish.evidence])
    return f"The caller does not want to be contacted{joined(ways)}{f': {words}' if words else '.'}"


def _agreed(findings: Findings, outcome: Outcome, action: RecommendedAction | None) -> str:
    if action is None:
        ours = any(item.owner != "user" for item in findings.actions.items)
        no_more = "Beyond that, no outreach is recommended." if ours else "No outreach is recommended."
        return sentences(contact(findings), agreed(findings), no_more)
    next_step = f"Next: {NEXT[outcome.next_action]}. {duty(action)}"
    return sentences(agreed(findings), next_step)
