"""Calls with measurements and hand-made annotations, for the analyzers that count and time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from analyzers.call import AnnotatedCall
from analyzers.language.annotations import Act, ActKind, SentimentLabel, Span, SpanType, TranscriptAnnotations, Utterance
from contract.document.session import SessionDocument
from contract.reference import Reference

START = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
REFERENCE = Reference()
ENGINE = "openai"  # whose facts are claimed at the confidence that a test gives them, whatever was fitted for the rules


def at(seconds: float) -> datetime:
    """So many seconds into the call."""
    return START + timedelta(seconds=seconds)


@dataclass(frozen=True)
class Turn:
    """One turn from ``start`` to ``end`` seconds into the call; None: the document has no times."""

    role: str
    text: str = "Words."
    start: float | None = None
    end: float | None = None
    score: float = 0.0
    acts: tuple[ActKind | Act, ...] = ()


def user(
    text: str = "Words.", start: float | None = None, end: float | None = None, score: float = 0.0, acts: Iterable[Any] = ()
) -> Turn:
    return Turn("user", text, start, end, score, tuple(acts))


def agent(text: str = "Words.", start: float | None = None, end: float | None = None, acts: Iterable[Any] = ()) -> Turn:
    return Turn("agent", text, start, end, 0.0, tuple(acts))


def question(text: str, answered: bool | None, topic: str | None = None) -> Act:
    """An act over the whole of ``text``."""
    return Act(kind=ActKind.QUESTION, start=0, end=len(text), confidence=0.9, answered=answered, topic=topic)


def emotion(item: int, quote: str, name: str, text: str, **attributes: Any) -> Span:
    start = text.index(quote)
    return Span(
        type=SpanType.EMOTION,
        item_id=f"item_{item:03}",
        role="user",
        start=start,
        end=start + len(quote),
        quote=quote,
        value=name,
        confidence=0.8,
        attributes=attributes,
    )


def recorded_call(
    turns: Sequence[Turn] = (), *, spans: Sequence[Span] = (), unavailable: str | None = None, **fields: Any
) -> AnnotatedCall:
    document = SessionDocument.model_validate(
        {"session_id": "s1", "start_time": START, "transcript": [_item(n, t) for n, t in enumerate(turns)], **fields}
    )
    reason = unavailable or (None if turns else "no_transcript")
    utterances = () if reason else tuple(_utterance(n, t) for n, t in enumerate(turns))
    return AnnotatedCall(
        document, TranscriptAnnotations(engine=ENGINE, version="1", unavailable=reason, utterances=utterances, spans=tuple(spans))
    )


def search(
    query: str, results: int | None, seconds: float = 0, category: str | None = None, error: str | None = None
) -> Mapping[str, Any]:
    return {
        "tool": "unleash_search_knowledge",
        "timestamp": at(seconds),
        "query": query,
        "category": category,
        "results_found": bool(results),
        "total_results": results,
        "error": error,
    }


def _item(position: int, turn: Turn) -> dict[str, Any]:
    return {
        "id": f"item_{position:03}",
        "role": turn.role,
        "text": turn.text,
        "started_at": None if turn.start is None else at(turn.start),
        "ended_at": None if turn.end is None else at(turn.end),
    }


def _utterance(position: int, turn: Turn) -> Utterance:
    label: SentimentLabel = "positive" if turn.score > 0.1 else "negative" if turn.score < -0.1 else "neutral"
    acts = tuple(a if isinstance(a, Act) else Act(kind=a, start=0, end=len(turn.text), confidence=0.9) for a in turn.acts)
    return Utterance.model_validate(
        {"item_id": f"item_{position:03}", "role": turn.role, "label": label, "score": turn.score, "confidence": 0.8, "acts": acts}
    )
