"""Build spans: exact quotes, and whether the words state, deny, suppose or ask."""

from __future__ import annotations

from typing import Literal

from analyzers.language.annotations import Span, SpanType
from analyzers.language.embedded.text.conversation import Turn
from analyzers.language.embedded.text.cues import Hit

Modality = Literal["asserted", "hypothetical", "question", "reported"]
Polarity = Literal["affirmed", "negated"]
Tense = Literal["past", "present", "future"]
Value = str | int | float | None


def trimmed(text: str, start: int, end: int) -> Hit:
    """Return offsets inside the text without white space at the ends."""
    start, end = max(0, start), min(len(text), end)
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Hit(start, end)


def span(
    turn: Turn,
    span_type: SpanType,
    hit: Hit,
    value: Value,
    confidence: float,
    /,
    *,
    polarity: Polarity = "affirmed",
    modality: Modality = "asserted",
    tense: Tense = "present",
    **attributes: Value,
) -> Span:
    """Build a span of this turn; attributes that are None are left out."""
    start, end = trimmed(turn.text, hit.start, hit.end)
    return Span(
        type=span_type,
        item_id=turn.item.id,
        role=turn.item.role,
        start=start,
        end=end,
        quote=turn.text[start:end],
        value=value,
        confidence=round(min(max(confidence, 0.0), 1.0), 2),
        polarity=polarity,
        modality=modality,
        tense=tense,
        attributes={name: v for name, v in attributes.items() if v is not None},
    )


def modality_at(turn: Turn, offset: int) -> Modality:
    """Return whether the words are asked, supposed, reported or simply said."""
    if turn.in_question(offset):
        return "question"
    if turn.hypothetical(offset):
        return "hypothetical"
    return "reported" if turn.reported(offset) else "asserted"


def polarity_at(turn: Turn, offset: int) -> Polarity:
    return "negated" if turn.negated(offset) else "affirmed"


def sentence_hits(turn: Turn, hit: Hit, *labels: str) -> list[Hit]:
    """Return hits of these cues in the same sentence as ``hit``."""
    around = turn.quote_at(hit)
    return turn.hits_in(around.start, around.end, *labels)


def near(turn: Turn, hit: Hit, *labels: str, reach: int = 60) -> bool:
    """Return whether one of these cues stands in the same sentence within ``reach`` characters."""
    return any(h.start - hit.end <= reach and hit.start - h.end <= reach for h in sentence_hits(turn, hit, *labels))
