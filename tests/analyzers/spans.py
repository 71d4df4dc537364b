"""Spans made by hand over the turns of a recorded call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from analyzers.call import AnnotatedCall
from analyzers.language.annotations import Span, SpanType
from tests.analyzers.recorded_calls import Turn, recorded_call


def span(turns: Sequence[Turn], item: int, span_type: SpanType, quote: str, value: Any = None, /, **more: Any) -> Span:
    """A span over ``quote`` in turn ``item``; what is not a field of a span is an attribute."""
    start = turns[item].text.index(quote)
    fields = {name: more.pop(name) for name in ("confidence", "polarity", "modality", "tense") if name in more}
    return Span(
        type=span_type,
        item_id=f"item_{item:03}",
        role=turns[item].role,  # pyright: ignore[reportArgumentType]
        start=start,
        end=start + len(quote),
        quote=quote,
        value=value,
        attributes=more,
        **{"confidence": 0.8, **fields},
    )


def call_with(turns: Sequence[Turn], *spans: Span, **fields: Any) -> AnnotatedCall:
    return recorded_call(turns, spans=spans, **fields)
