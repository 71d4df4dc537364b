"""Describe the course of the call in numbers, from which the overall sentiment is predicted (spec 3.4)."""

from __future__ import annotations

from collections.abc import Sequence

from analyzers.call import AnnotatedCall
from analyzers.language.annotations import ActKind, Span, SpanType, Utterance

_STRENGTH = {"weak": 1, "medium": 2, "strong": 3}
_CLOSING = 6
"""Utterances at the end among which a goodbye counts: three of either side."""
_MOST = 3
"""Cap of each count. The weights of the model were fitted with it, so another number needs another fit
(``training.call_sentiment``)."""
_CUT_OFF = ("error", "silence_timeout", "time_limit", "cost_limit", "agent_shutdown")


def course(call: AnnotatedCall, caller: Sequence[Utterance]) -> dict[str, float]:
    """Return the numbers by name; counts are capped so that a long call weighs no more than a short one.

    ``closing`` is the mean mood of the last third, -1 to 1.
    """
    scores = [utterance.score for utterance in caller]
    closing = scores[-max(1, len(scores) // 3) :]
    objections = _said(call, SpanType.OBJECTION)
    return {
        "closing": _mean(closing),
        "open_objections": _capped(sum(not span.attributes.get("resolved") for span in objections)),
        "resolved_objections": _capped(sum(bool(span.attributes.get("resolved")) for span in objections)),
        "buying": float(max((_strength(span) for span in _said(call, SpanType.BUYING_SIGNAL)), default=0)),
        "booked": float(any(booking.success for booking in call.document.bookings)),
        "parted": float(_parted(call)),
        "excitement": _capped(_emotion_count(call, "excitement")),
        "frustration": _capped(_emotion_count(call, "frustration")),
        "unanswered": _capped(sum(act.answered is False for _, act in call.annotations.acts(ActKind.QUESTION, "user"))),
    }


def _said(call: AnnotatedCall, kind: SpanType) -> tuple[Span, ...]:
    return call.annotations.of_type(kind, "user")


def _strength(span: Span) -> int:
    return _STRENGTH.get(str(span.attributes.get("strength")), 0) if span.holds else 0


def _emotion_count(call: AnnotatedCall, emotion: str) -> int:
    return sum(span.value == emotion for span in _said(call, SpanType.EMOTION))


def _parted(call: AnnotatedCall) -> bool:
    """Return whether someone said goodbye near the end and the line was not cut."""
    last = call.annotations.utterances[-_CLOSING:]
    taken = any(act.kind == ActKind.GOODBYE for utterance in last for act in utterance.acts)
    return taken and call.document.disconnect_reason not in _CUT_OFF


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _capped(count: int) -> float:
    return float(min(count, _MOST))
