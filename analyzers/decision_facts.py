"""Read from the lines of a call who decides, when, how pressing it is and whether there is money, each line by itself.

What they say together may be more: ``analyzers/whole_call`` judges that.
"""

from __future__ import annotations

from typing import NamedTuple, get_args

from analyzers.call import AnnotatedCall
from analyzers.evidence import Fact
from analyzers.language.annotations import Span, SpanType
from analyzers.relative_dates import bucket_of, date_meant
from analyzers.sales_values import Authority, Level, Timeline
from analyzers.single_facts import final, listed, one_of, text

TIMELINES: tuple[Timeline, ...] = get_args(Timeline)
AUTHORITIES: tuple[Authority, ...] = get_args(Authority)
LEVELS: tuple[Level, ...] = get_args(Level)
_OVERRIDES_TIMELINE_FROM = 0.7
"""Confidence from which stated urgency outweighs the decision date: the rules give 0.7 to a reply to the question of when, 0.55 to
any other remark."""
_PRESSING: dict[Timeline, Level] = {
    "this_week": "high",
    "this_month": "high",
    "this_quarter": "medium",
    "next_quarter": "low",
    "evaluating": "low",
}


class DecisionFacts(NamedTuple):
    """Holds the facts of the decision; ``money`` says whether any is stated, allotted or accepted."""

    authority: Fact[Authority] | None
    timeline: Fact[Timeline] | None
    urgency: Fact[Level] | None
    money: bool


def decision_facts(call: AnnotatedCall) -> DecisionFacts:
    """Return what the engine settles on, else what the caller states most surely; None where no line says it."""
    spans = call.annotations.of_type
    timeline: Fact[Timeline] | None = final(call, SpanType.DECISION_TIMELINE, lambda span: _timeline(span, call))
    firm = any(
        s.attributes.get("firm") for s in spans(SpanType.DECISION_TIMELINE) if timeline and _timeline(s, call) == timeline.value
    )
    return DecisionFacts(
        authority=final(call, SpanType.BUDGET_AUTHORITY, one_of(AUTHORITIES)),
        timeline=timeline,
        urgency=_urgency(call, timeline, firm=firm),
        money=any(s.holds and s.attributes.get("kind") != "refused" for s in spans(SpanType.BUDGET, "user")),
    )


def settled(call: AnnotatedCall, kind: SpanType) -> bool:
    """Return whether the engine itself judged this fact over the whole call."""
    return call.annotations.judgement is not None and kind in call.annotations.judgement.settled


def _timeline(span: Span, call: AnnotatedCall) -> Timeline | None:
    """Return the bucket the words decide by themselves, else that of the date they mean on the day of the call."""
    said = listed(span.attributes.get("bucket"), TIMELINES)
    called_on = call.called_on
    meant = None if said else date_meant(text(span) or span.quote, called_on)
    return said or (bucket_of(meant, called_on) if meant else None)


def _urgency(call: AnnotatedCall, timeline: Fact[Timeline] | None, *, firm: bool) -> Fact[Level] | None:
    """Return the urgency the engine settles on or the caller states when asked, else how soon they decide, else any remark.

    How soon they decide counts by spec 1.4 (from tone and timeline). 'By the end of the month' only repeats the timeline; a far
    date that is firm still counts as medium.
    """
    said: Fact[Level] | None = final(call, SpanType.URGENCY, one_of(LEVELS))
    overrides = said is not None and said.value != "medium" and said.confidence >= _OVERRIDES_TIMELINE_FROM
    if timeline is None or overrides or settled(call, SpanType.URGENCY):
        return said
    level = _PRESSING[timeline.value]
    if timeline.value == "next_quarter" and firm:
        level = "medium"
    agreed = said is not None and said.value == level
    confidence = max(timeline.confidence, said.confidence) if agreed and said else round(timeline.confidence * 0.8, 2)
    return Fact(value=level, confidence=confidence, evidence=timeline.evidence, source=timeline.source)
