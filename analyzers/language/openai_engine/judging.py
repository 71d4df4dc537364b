"""From what the model says of the whole call to a judgement: only what stands where it says it stands.

A place that is not there, an unknown key or words of the agent leave that one judgement out, and the rules decide on it.
"""

from __future__ import annotations

from collections.abc import Sequence

from analyzers.language.annotations import KEPT_WITHOUT_PROSPECT, CallJudgement, Ground, Span, SpanType
from analyzers.language.openai_engine.names import Names
from analyzers.language.openai_engine.places import LONGEST_VALUE, place_of
from analyzers.language.openai_engine.whole_call import AnswerCall, AnswerMood, Settled
from contract.document.session import TranscriptItem

SETTLED = (
    SpanType.TEAM_SIZE,
    SpanType.MONTHLY_VOLUME,
    SpanType.CURRENT_TOOL,
    SpanType.USE_CASE,
    SpanType.BUDGET_AUTHORITY,
    SpanType.DECISION_TIMELINE,
    SpanType.URGENCY,
)


def judgement_of(call: AnswerCall, items: Sequence[TranscriptItem], names: Names) -> tuple[CallJudgement, int]:
    """Return the judgement and how many of its parts name a place that is not there."""
    named: dict[SpanType, Settled | None] = {kind: getattr(call, kind) for kind in SETTLED}
    found = {kind: None if said is None else _settled(kind, said, items, names) for kind, said in named.items()}
    missing = {kind for kind, said in named.items() if said is not None and found[kind] is None}
    reason, wish = _ground(call.no_prospect, items), _ground(call.wish, items, of_caller=True)
    decider = call.decider if call.decider and _stands(call.decider, items) else None
    supported = _rests_on_caller(call.sentiment, items)
    no_prospect = call.no_prospect.value if call.no_prospect and reason else None
    judgement = CallJudgement(
        no_prospect=no_prospect,
        no_prospect_ground=reason,
        settled={kind: None if no_prospect else span for kind, span in found.items() if no_prospect or kind not in missing},
        decider=decider.value[:LONGEST_VALUE] if decider and not no_prospect else None,
        sentiment=call.sentiment.label if supported else None,
        sentiment_confidence=call.sentiment.confidence if supported else None,
        trend=call.sentiment.trend if supported else None,
        natural_ending=call.natural_ending,
        wish=call.wish.value if call.wish and wish else None,
        wish_ground=wish,
        next_action=call.next_action,
        readiness=call.readiness,
    )
    stated, standing = (call.no_prospect, call.wish, call.decider), (reason, wish, decider)
    lost = sum(said is not None and found is None for said, found in zip(stated, standing, strict=True))
    return judgement, len(missing) + lost + (not supported)


def without_sales_facts(spans: Sequence[Span], judgement: CallJudgement) -> tuple[Span, ...]:
    """Return the spans that a call without a prospect keeps; all of them for any other call."""
    return tuple(spans) if judgement.no_prospect is None else tuple(s for s in spans if s.type in KEPT_WITHOUT_PROSPECT)


def _settled(kind: SpanType, said: Settled, items: Sequence[TranscriptItem], names: Names) -> Span | None:
    item = _stands(said, items)
    place = place_of(said.quote, item) if item else None
    value = getattr(said, "value", None)
    if isinstance(value, str):
        value = names.canonical(kind, value.strip()[:LONGEST_VALUE], item.text if item else "")
    if item is None or place is None or item.role != "user" or value is None:
        return None
    start, end = place
    return Span(
        type=kind,
        item_id=item.id,
        role=item.role,
        start=start,
        end=end,
        quote=item.text[start:end],
        value=value,
        confidence=round(said.confidence, 2),
        attributes={"bucket": value} if kind is SpanType.DECISION_TIMELINE else {},
    )


def _ground(said: Settled | None, items: Sequence[TranscriptItem], *, of_caller: bool = False) -> Ground | None:
    """Return the words that a judgement names where they stand; None also for words of the agent where the caller's are needed."""
    item = _stands(said, items) if said else None
    place = place_of(said.quote, item) if said and item else None
    if said is None or item is None or place is None or (of_caller and item.role != "user"):
        return None
    start, end = place
    return Ground(item_id=item.id, start=start, end=end, quote=item.text[start:end], confidence=round(said.confidence, 2))


def _stands(said: Settled, items: Sequence[TranscriptItem]) -> TranscriptItem | None:
    """Return the line that a judgement names, when its words stand there."""
    item = items[said.n] if 0 <= said.n < len(items) else None
    return item if item is not None and place_of(said.quote, item) else None


def _rests_on_caller(mood: AnswerMood, items: Sequence[TranscriptItem]) -> bool:
    """Return whether the sentiment rests on at least one line of the caller; a neutral one needs none."""
    return mood.label == "neutral" or any(0 <= n < len(items) and items[n].role == "user" for n in mood.lines)
