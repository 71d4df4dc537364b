"""Describe a whole call in numbers, from which verdicts on it are predicted: facts, answers, moods and how it went.

Every number is bounded, so that a long call weighs no more than a short one; a new or changed number needs another fit
(``python -m training.whole_call``). Those of ``numbers`` rest on what both engines give, impressions are the embedded engine's.
None rests on a verdict.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import log1p
from typing import TYPE_CHECKING, Any, get_args

from analyzers.call import AnnotatedCall
from analyzers.decision_facts import AUTHORITIES, LEVELS, TIMELINES, decision_facts
from analyzers.evidence import Fact
from analyzers.language.annotations import ActKind, SpanType, TranscriptAnnotations, Utterance
from analyzers.sales_values import CompetitorContext, ObjectionCategory

if TYPE_CHECKING:  # the report takes its verdict on the need from here
    from analyzers.sales_intelligence.models import SalesIntelligence

Number = tuple[str, float]

_FEW, _SOME = 2, 3
"""Caps of rare and of usual counts: one of a kind says most, a fourth says nothing more."""
_MOST_PEOPLE, _MOST_DOCUMENTS = 50, 2000
"""Team size and documents a month beyond which a call is no more promising; taken as logarithms."""
_MOST_TURNS, _MOST_WORDS, _MOST_WORDS_A_TURN, _MOST_MINUTES = 14, 400, 40, 12
"""Turns, words, words a turn and minutes of the caller that count as a whole; about the longest of the labelled calls."""
_MOOD_FROM = 0.2
"""Score (-1 to 1) from which an utterance counts as positive or negative, as in the rules of mood."""
_CUT_OFF = ("error", "silence_timeout", "time_limit", "cost_limit", "agent_shutdown")
_NO_MOOD = (ActKind.GOODBYE, ActKind.GREETING, ActKind.CONSENT)
"""Acts of courtesy: what is said with them is no mood (labels: thanks, greetings and farewells do not count)."""
_REACTIONS = (
    ActKind.OBJECTION,
    ActKind.ACCEPTANCE,
    ActKind.REQUEST,
    ActKind.COMMITMENT,
    ActKind.DEFLECTION,
    ActKind.REPAIR,
    ActKind.NEXT_STEP,
    ActKind.ACKNOWLEDGEMENT,
)
_EMOTIONS = ("excitement", "frustration", "confusion", "confidence", "hesitation")


def numbers(call: AnnotatedCall, found: SalesIntelligence) -> dict[str, float]:
    """Return the numbers by name; the same names for every call."""
    of_deal = (*_company(found), *_decision(call, found), *_obstacles(found), *_interest(found))
    return dict([*of_deal, *_course(call), *_steps(call), *_reactions(call), *_moods(call)])


def impression_numbers(annotations: TranscriptAnnotations) -> dict[str, float]:
    """Return the numbers of the reader's impressions by question, class and kind; none for an engine without a trained reader."""
    return {
        f"{head}.{label}.{kind}": value
        for head, one in annotations.impressions.items()
        for kind, values in (("mean", one.mean), ("highest", one.highest), ("first", one.first), ("last", one.last))
        for label, value in zip(one.classes, values, strict=True)
    }


def _company(found: SalesIntelligence) -> Iterator[Number]:
    team, volume = found.team_size, found.monthly_volume
    yield "team", float(team is not None)
    yield "team_log", log1p(min(team.value, _MOST_PEOPLE)) if team else 0.0
    yield "volume", float(volume is not None)
    yield "volume_log", log1p(min(volume.value, _MOST_DOCUMENTS)) if volume else 0.0
    yield "tier_1", float(found.qualification_tier == "Tier 1")
    yield "integrations", _capped(len(found.integrations.needed), _FEW)
    yield "industry", float(found.industry is not None)
    yield "current_tool", float(found.current_tool is not None)
    yield "use_case", float(found.use_cases.primary is not None)
    for context in get_args(CompetitorContext):
        yield f"competitor_{context}", float(any(entry.context == context for entry in found.competitors))


def _decision(call: AnnotatedCall, found: SalesIntelligence) -> Iterator[Number]:
    said = decision_facts(call)
    for role in AUTHORITIES:
        yield f"authority_{role}", _is(said.authority, role)
    for when in TIMELINES:
        yield f"timeline_{when}", _is(said.timeline, when)
    for level in LEVELS:
        yield f"urgency_{level}", _is(said.urgency, level)
    need = bool(found.pain_points or found.feature_requests or found.integrations.needed)
    yield "money", float(said.money)
    yield "need", float(need)
    yield "stakeholders", _capped(len(found.stakeholders))
    for influence in ("decision_maker", "gatekeeper"):
        yield f"stakeholder_{influence}", float(any(entry.influence == influence for entry in found.stakeholders))


def _is(fact: Fact[Any] | None, value: str) -> float:
    return float(fact is not None and fact.value == value)


def _obstacles(found: SalesIntelligence) -> Iterator[Number]:
    still = [objection for objection in found.objections if not objection.resolved]
    for category in get_args(ObjectionCategory):
        yield f"open_{category}", _capped(sum(objection.category == category for objection in still), _FEW)
    yield "open_blockers", _capped(sum(objection.severity == "blocker" for objection in still), _FEW)
    yield "resolved_objections", _capped(len(found.objections) - len(still))


def _interest(found: SalesIntelligence) -> Iterator[Number]:
    for strength in ("strong", "medium", "weak"):
        yield f"signals_{strength}", _capped(sum(signal.strength == strength for signal in found.buying_signals))
    yield "surest_strong_signal", max((s.confidence for s in found.buying_signals if s.strength == "strong"), default=0.0)
    yield "pain_points", _capped(len(found.pain_points))
    yield "feature_requests", _capped(len(found.feature_requests))
    yield "features_discussed", _capped(len(found.features_discussed))


def _course(call: AnnotatedCall) -> Iterator[Number]:
    turns = call.document.turns("user")
    words = sum(len(turn.text.split()) for turn in turns)
    yield "turns", min(len(turns), _MOST_TURNS) / _MOST_TURNS
    yield "words", min(words, _MOST_WORDS) / _MOST_WORDS
    yield "words_a_turn", min(words / max(1, len(turns)), _MOST_WORDS_A_TURN) / _MOST_WORDS_A_TURN
    yield "minutes", min((call.document.duration_seconds or 0) / 60, _MOST_MINUTES) / _MOST_MINUTES
    yield "cut_off", float(call.document.disconnect_reason in _CUT_OFF)
    yield "questions_of_caller", _capped(len(call.annotations.acts(ActKind.QUESTION, "user")), 4)
    yield "questions_of_agent", _capped(len(call.annotations.acts(ActKind.QUESTION, "agent")), 6)
    yield "unanswered", _capped(sum(act.answered is False for _, act in call.annotations.acts(ActKind.QUESTION, "user")))


def _steps(call: AnnotatedCall) -> Iterator[Number]:
    bookings = call.document.bookings
    yield "booked", float(any(booking.success for booking in bookings))
    yield "booking_failed", float(bool(bookings) and not any(booking.success for booking in bookings))
    actions = call.annotations.of_type(SpanType.ACTION)
    yield "promises", _capped(sum(action.attributes.get("owner") == "user" and action.holds for action in actions), _FEW)
    for owner in ("sales", "support"):
        yield f"actions_{owner}", _capped(sum(action.attributes.get("owner") == owner for action in actions), _FEW)
    for kind in ("follow_up", "demo_request", "document_share"):
        yield f"actions_{kind}", _capped(sum(action.attributes.get("kind") == kind for action in actions), _FEW)


def _reactions(call: AnnotatedCall) -> Iterator[Number]:
    for kind in _REACTIONS:
        yield f"act_{kind.value}", _capped(len(call.annotations.acts(kind, "user")))
    emotions = call.annotations.of_type(SpanType.EMOTION, "user")
    for emotion in _EMOTIONS:
        yield f"emotion_{emotion}", _capped(sum(span.value == emotion for span in emotions))


def _moods(call: AnnotatedCall) -> Iterator[Number]:
    """Yield shares and places of moods, without farewells and other courtesy."""
    scores = [u.score for u in call.annotations.utterances if u.role == "user" and not _is_courtesy(u)] or [0.0]
    third = max(1, len(scores) // 3)
    first, last = _mean(scores[:third]), _mean(scores[-third:])
    yield "mood", _mean(scores)
    yield "mood_first", first
    yield "mood_last", last
    yield "mood_step", last - first
    yield "mood_at_end", scores[-1]
    yield "mood_highest", max(scores)
    yield "mood_lowest", min(scores)
    yield "share_positive", sum(score > _MOOD_FROM for score in scores) / len(scores)
    yield "share_negative", sum(score < -_MOOD_FROM for score in scores) / len(scores)


def _is_courtesy(utterance: Utterance) -> bool:
    return any(act.kind in _NO_MOOD for act in utterance.acts)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _capped(count: int, most: int = _SOME) -> float:
    return float(min(count, most))
