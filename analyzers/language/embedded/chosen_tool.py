"""Choose what documents are made and signed with today, among all ways of working that the call names.

The reader says of each product, and of every other word, whether it names what the caller works with now (``MENTION_HEADS``:
relation); so a product that no list has is found too. Which way stands is a choice over the call (``choice``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from analyzers.language.annotations import Span, SpanType
from analyzers.language.embedded.choice import FittedChoice, Numbers
from analyzers.language.embedded.rules.current_tool import MANUAL, SETTLED, SPOKEN_TOOLS
from analyzers.language.embedded.text.conversation import Conversation, Prediction, Turn
from analyzers.language.embedded.text.cues import Hit
from analyzers.language.embedded.text.names import NameHit
from analyzers.language.embedded.text.spans import span

_LEAST = 0.3
"""Probability from which a product or a word is a candidate; below it the reader is nearly always right that it is none."""
_MOST_TIMES = 3
"""Times a way of working is named beyond which one more says nothing."""
_SHORTEST_NAME = 4
"""Letters of the shortest word in lower case that may be a name nobody knows."""
_BY_HAND = re.compile(
    r"^(?:paper\w*|print\w*|pads?|post\w*|envelopes?|stamps?|stamped|books?|pens?|pencil|ink|carbon\w*|duplicates?|triplicate|"
    r"clipboards?|note(?:books?|pads?)|hand|handwrit\w*|typewriter|fax\w*|photocop\w*|mailed|mailbox|letters?|binders?|folders?|"
    r"filing|cabinet|drawer|box|ledger|diary|slips?|thumbprints?|couriers?|forms?|sheets?|handshake|stapler?|staples|wet|van|"
    r"drive|tray|rubber)$",
    re.IGNORECASE,
)
"""Words that name paper, post and the like where the reader hears a way of working."""

Kind = Literal["product", "hand", "office", "unlisted"]


class Way(NamedTuple):
    """Holds a way of working where the caller names it, and how likely it is what they use now, or used before."""

    value: str
    kind: Kind
    turn: Turn
    hit: Hit
    now: float
    past: float


class WayCandidate(NamedTuple):
    """Holds a way that may be the fact, or None, with its numbers and the places it is named at."""

    value: str | None
    numbers: Numbers
    ways: tuple[Way, ...]


def ways_of_working(conversation: Conversation) -> list[Way]:
    """Return the products and words of the caller that may name what they work with, in order; what they ask about is none."""
    found: list[Way] = []
    for turn in conversation.user_turns:
        for prediction in turn.predictions:
            names = turn.names_in(prediction.start, prediction.end)
            found += _products(turn, prediction, names)
            found += _words(turn, prediction, names)
    return [way for way in found if not way.turn.in_question(way.hit.start)]


def _products(turn: Turn, prediction: Prediction, names: Sequence[NameHit]) -> Iterator[Way]:
    for name in names:
        scores = prediction.reading.mention("relation", name.start - prediction.start, name.end - prediction.start)
        if scores and scores["now"] > _LEAST and name.kind != "own":
            office = name.kind != "competitor"
            value = turn.vocabulary.integrations[name.canonical].display if office else name.canonical
            yield Way(value, "product", turn, Hit(name.start, name.end), scores["now"], scores["past"])


def _words(turn: Turn, prediction: Prediction, names: Sequence[NameHit]) -> Iterator[Way]:
    unlisted: Way | None = None
    said = [word for word in turn.words if prediction.start <= word.start < prediction.end]
    places = ((word.start - prediction.start, word.end - prediction.start) for word in said)
    for word in prediction.reading.likely_words("relation", "now", _LEAST, places):
        start, end = word.start + prediction.start, word.end + prediction.start
        if any(name.start < end and start < name.end for name in names):
            continue
        text = turn.text[start:end]
        value, kind = _way(text, opens=start == turn.sentence_at(start).start, pieces=word.pieces)
        if value is None:
            continue
        if kind == "unlisted" and unlisted is not None and not turn.text[unlisted.hit.end : start].strip():
            unlisted = unlisted._replace(value=turn.text[unlisted.hit.start : end], hit=Hit(unlisted.hit.start, end))
            continue
        if unlisted is not None:
            yield unlisted
            unlisted = None
        way = Way(value, kind, turn, Hit(start, end), word.scores["now"], word.scores["past"])
        if kind == "unlisted":
            unlisted = way
        else:
            yield way
    if unlisted is not None:
        yield unlisted


def _way(text: str, *, opens: bool, pieces: int) -> tuple[str | None, Kind]:
    """Return what a word names: paper and post, office software, or a name nobody knows; None for an ordinary word."""
    low = text.lower()
    if low in SPOKEN_TOOLS:
        return SPOKEN_TOOLS[low], "office"
    if _BY_HAND.match(text):
        return MANUAL, "hand"
    unknown = (text[:1].isupper() and not opens) or (pieces > 1 and len(text) > _SHORTEST_NAME)
    return (text, "unlisted") if unknown else (None, "unlisted")


def way_candidates(
    conversation: Conversation, spans: Iterable[Span], ways: Sequence[Way], ruled: Span | None
) -> list[WayCandidate]:
    """Return the ways that may stand: none, those of the rules, and what the reader hears."""
    said = [one for one in spans if one.type == SpanType.CURRENT_TOOL and one.role == "user" and one.holds]
    values: list[str] = []
    for value in [*([str(ruled.value)] if ruled else []), *(str(one.value) for one in said), *(way.value for way in ways)]:
        if not any(same_way(value, other) for other in values):
            values.append(value)
    turns = {turn.item.id: turn for turn in conversation.user_turns}
    nothing = WayCandidate(None, {"none": 1.0, "none_ruled": float(ruled is None)}, ())
    return [
        nothing,
        *(_candidate(value, [s for s in said if same_way(value, str(s.value))], ways, ruled, turns) for value in values),
    ]


def _candidate(value: str, said: Sequence[Span], ways: Sequence[Way], ruled: Span | None, turns: dict[str, Turn]) -> WayCandidate:
    same = tuple(way for way in ways if same_way(way.value, value))
    products, others = [way for way in same if way.kind == "product"], [way for way in same if way.kind != "product"]
    by_rule = ruled is not None and same_way(value, str(ruled.value))
    asked = [way.turn for way in same] + [turns[one.item_id] for one in said]
    hand = value == MANUAL
    surest = max((way.now for way in others), default=0.0)
    numbers = {
        "rule": float(by_rule),
        "rule_confidence": ruled.confidence if by_rule and ruled else 0.0,
        "now": max((way.now for way in products), default=0.0),
        "past": max((way.past for way in same), default=0.0),
        "asked": float(any(turn.asked("prompts.tool") for turn in asked)),
        "hand": float(hand),
        "hand_surest": surest if hand else 0.0,
        "unlisted": 0.0 if hand else surest,
        "times": min(len(others), _MOST_TIMES) / _MOST_TIMES,
        "unknown": float(not products and not said and not hand),
    }
    return WayCandidate(value, numbers, same)


def same_way(one: str, other: str) -> bool:
    """Return whether two ways of working share a name: 'Word and email', 'Word'."""
    return not _names(one).isdisjoint(_names(other))


def _names(value: str) -> set[str]:
    return {name.strip().lower() for name in value.split(" and ")}


def chosen_tool(conversation: Conversation, spans: Iterable[Span], fitted: FittedChoice) -> Iterator[Span]:
    """Yield the spans, of those of the current tool only the chosen way; a new one where only the reader names it.

    A plain answer to the question for it stands as it is: the choice would be right as often (43 and 41 of 57 calls).
    """
    kept = list(spans)
    ruled = ruled_tool(kept)
    if ruled is not None and ruled.confidence >= SETTLED:
        yield from kept
        return
    options = way_candidates(conversation, kept, ways_of_working(conversation), ruled)
    chances = fitted.likelihoods([option.numbers for option in options])
    chance, best = max(zip(chances, options, strict=True), key=lambda scored: scored[0])
    agreeing = 0
    for one in kept:
        if one.type != SpanType.CURRENT_TOOL:
            yield one
        elif best.value is not None and same_way(str(one.value), best.value):
            agreeing += one.role == "user" and one.holds
            yield one.model_copy(update={"confidence": round(chance, 2)})
    if best.value is not None and not agreeing and best.ways:
        way = max(best.ways, key=lambda one: one.now)
        yield span(way.turn, SpanType.CURRENT_TOOL, way.hit, way.value, chance, manual=way.kind != "product")


def ruled_tool(spans: Iterable[Span]) -> Span | None:
    """Return the surest span of the current tool, of equals the latest: what the report shows without a choice."""
    best: Span | None = None
    for one in spans:
        if one.type == SpanType.CURRENT_TOOL and one.role == "user" and one.holds:
            best = one if best is None or one.confidence >= best.confidence else best
    return best
