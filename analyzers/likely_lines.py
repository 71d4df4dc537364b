"""Quote the caller's line that the reader finds likeliest for a class of one of its questions (``annotations.Impression``)."""

from __future__ import annotations

from typing import NamedTuple

from analyzers.call import AnnotatedCall
from analyzers.evidence import Evidence


class LikelyLine(NamedTuple):
    """Holds the line's quote and its probability; ``at`` is its place among the caller's turns, from 0 to 1."""

    quote: Evidence
    probability: float
    at: float


def likely_line(call: AnnotatedCall, head: str, label: str) -> LikelyLine | None:
    """Return the line; None where no reader has read the call or knows the class."""
    impression = call.annotations.impressions.get(head)
    if impression is None or label not in impression.classes:
        return None
    column = impression.classes.index(label)
    place, turns = impression.places[column], [item.id for item in call.document.turns("user")]
    said = call.items[place.item_id].text[place.start : place.end].rstrip()
    quote = Evidence(item_id=place.item_id, start=place.start, end=place.start + len(said), quote=said)
    return LikelyLine(quote, impression.highest[column], (turns.index(place.item_id) + 1) / len(turns))
