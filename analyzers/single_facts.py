"""Choose one value out of several mentions: stated by the caller, the most confident, and of equals the latest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from analyzers.call import AnnotatedCall
from analyzers.evidence import Fact, evidence_of
from analyzers.language.annotations import Span, SpanType

T = TypeVar("T")
AGREEMENT = 0.05
"""Confidence added by each further mention of the same value."""
MOST_CERTAIN = 0.97
"""Confidence that agreeing mentions cannot exceed: what is extracted from speech is never certain."""
SIGNAL_CONFIDENCE = 0.4
"""Confidence of a fact from a live signal alone (contract: at most 0.4)."""


def chosen(spans: Iterable[Span], value_of: Callable[[Span], T | None]) -> Fact[T] | None:
    """Return the most confident value that the caller states, the latest of equals; agreeing mentions raise the confidence."""
    stated = [(span, value) for span in spans if span.role == "user" and span.holds and (value := value_of(span)) is not None]
    if not stated:
        return None
    _, value = max(enumerate(stated), key=lambda entry: (entry[1][0].confidence, entry[0]))[1]
    agreeing = [span for span, other in stated if other == value]
    confidence = max(span.confidence for span in agreeing) + AGREEMENT * (len(agreeing) - 1)
    return Fact(value=value, confidence=round(min(MOST_CERTAIN, confidence), 2), evidence=evidence_of(*agreeing))


def final(
    call: AnnotatedCall, kind: SpanType, value_of: Callable[[Span], T | None], spans: Iterable[Span] | None = None
) -> Fact[T] | None:
    """Return the engine's verdict over the whole call where it gives one, else the value ``chosen`` from the mentions."""
    judged = call.annotations.judgement
    if judged is None or kind not in judged.settled:
        return chosen(call.annotations.of_type(kind) if spans is None else spans, value_of)
    verdict = judged.settled[kind]
    value = None if verdict is None else value_of(verdict)
    if verdict is None or value is None:
        return None
    return Fact(value=value, confidence=verdict.confidence, evidence=evidence_of(verdict))


def from_signal(value: T | None) -> Fact[T] | None:
    """Return a fact that only the live agent noted (contract: a signal alone has a confidence of at most 0.4)."""
    return None if value is None else Fact(value=value, confidence=SIGNAL_CONFIDENCE, source="discovered_signals")


def whole(span: Span) -> int | None:
    return round(span.value) if isinstance(span.value, int | float) and 0 < span.value < 10**7 else None


def amount(span: Span) -> float | None:
    return float(span.value) if isinstance(span.value, int | float) else None


def text(span: Span) -> str | None:
    return span.value.strip() or None if isinstance(span.value, str) else None


def one_of(allowed: Sequence[T]) -> Callable[[Span], T | None]:
    """Accept only values of a closed list; anything else an engine returns is not a fact."""
    return lambda span: listed(span.value, allowed)


def listed(value: object, allowed: Sequence[T]) -> T | None:
    return next((entry for entry in allowed if entry == value), None)


def attribute(span: Span, name: str, allowed: Sequence[T], default: T) -> T:
    return next((value for value in allowed if value == span.attributes.get(name)), default)
