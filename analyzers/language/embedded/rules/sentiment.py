"""Score the sentiment of an utterance from weighted cue phrases, with negation and questions (spec 3.4)."""

from __future__ import annotations

import math
from bisect import bisect_left
from typing import NamedTuple

from analyzers.language.annotations import SentimentLabel
from analyzers.language.embedded.text.conversation import Turn
from analyzers.language.embedded.text.cues import Hit

_POSITIVE_FROM = 0.2
"""Score (-1 to 1) from which an utterance is positive: one mild word of praise (weight 1 over ``_SCALE``) is enough, half of one
is not."""
_NEGATIVE_FROM = -0.2
"""Score (-1 to 1) down to which an utterance is negative: as far from neutral as positive is."""
_SCALE = 2.5
"""Divides the sum of weights before tanh: the strongest word (3) alone gives 0.83, and several words approach 1."""
_IN_QUESTION = 0.4
"""Factor of a weight inside a question, which asks about a quality rather than states it."""
_SUPPOSED = 0.6
"""Factor of a weight in a supposition ("if it were great"), which states more than a question and less than a statement."""


class Mood(NamedTuple):
    label: SentimentLabel
    score: float
    confidence: float


def mood_of(turn: Turn) -> Mood:
    """Return a score from -1 to 1: the sum of the weights through tanh, so that one strong word already counts."""
    weighted = weights_of(turn)
    total = sum(weight for _, weight in weighted)
    if not weighted:
        return Mood("neutral", 0.0, 0.6 if turn.words else 0.3)
    strength = sum(abs(w) for _, w in weighted)
    agreement = abs(total) / strength if strength else 0.0
    return mood_at(math.tanh(total / _SCALE), round(0.45 + 0.4 * agreement * min(1.0, strength / 3), 2))


def mood_at(score: float, confidence: float) -> Mood:
    """Label a score from -1 to 1."""
    label: SentimentLabel = "positive" if score >= _POSITIVE_FROM else "negative" if score <= _NEGATIVE_FROM else "neutral"
    return Mood(label, round(score, 3), round(confidence, 2))


def weights_of(turn: Turn) -> list[tuple[Hit, float]]:
    """Return each phrase once with its weight, the heaviest where phrases overlap; computed once a turn."""
    if turn.moods is None:
        turn.moods = _weighted(turn)
    return turn.moods


def weights_in(turn: Turn, start: int, end: int) -> list[tuple[Hit, float]]:
    moods = weights_of(turn)
    return moods[bisect_left(moods, start, key=_place) : bisect_left(moods, end, key=_place)]


def _place(mood: tuple[Hit, float]) -> int:
    return mood[0].start


def _weighted(turn: Turn) -> list[tuple[Hit, float]]:
    hits = [(hit, float(label.removeprefix("mood."))) for label in turn.labelled("mood") for hit in turn.cues[label]]
    hits.sort(key=lambda pair: (pair[0].start, pair[0].start - pair[0].end, -abs(pair[1])))
    found: list[tuple[Hit, float]] = []
    reached = -1
    for hit, weight in hits:
        if hit.start < reached:
            continue
        reached = hit.end
        found.append((hit, _adjusted(turn, hit, weight)))
    return found


def _adjusted(turn: Turn, hit: Hit, weight: float) -> float:
    if turn.negated(hit.start):
        weight *= -0.5 if weight > 0 else -0.3
    if turn.in_question(hit.start):
        weight *= _IN_QUESTION
    elif turn.hypothetical(hit.start):
        weight *= _SUPPOSED
    return weight
