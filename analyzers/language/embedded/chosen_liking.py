"""Choose how the caller is minded toward a rival product (LABELS: competitors).

The rules add up the words of praise and blame near the name; the reader hears the mood in each mention (``MENTION_HEADS``: liking),
and in the line around it. All count, beside what the product is to the caller: who leaves a product rarely likes it (``choice``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import fsum, log

from analyzers.language.annotations import Span, SpanType
from analyzers.language.embedded.choice import FittedChoice, Numbers
from analyzers.language.embedded.chosen_context import mention_scores, product_mentions, read_at
from analyzers.language.embedded.text.conversation import Conversation

LIKINGS = ("positive", "neutral", "negative")
_MOODS, _TROUBLES = ("mood", "rival"), ("pain", "barrier")
"""Heads of a whole line that say how the caller is minded, or that something is wrong."""
_FLOOR = 0.03
"""Added to a probability before its logarithm: below it what the reader hears is noise."""

_PLAIN = 0.6
"""Probability of the line's mood from which what the rules read in it stands; 24 of 29 such are right of writers left out."""


def liking_candidates(conversation: Conversation, mentions: Sequence[Span]) -> list[Numbers]:
    """Return the numbers of each mood, in the order of ``LIKINGS``, for the mentions of one product."""
    named = [scores for one in mentions if (scores := mention_scores(conversation, one, "liking"))]
    lines = [piece.reading for one in mentions if (piece := read_at(conversation, one))]
    ruled, context = mentions[0].attributes.get("sentiment"), mentions[0].attributes.get("context")
    return [
        {
            liking: 1.0,
            f"{context}_{liking}": 1.0,
            "rule": float(ruled == liking),
            f"rule_{liking}": float(ruled == liking),
            f"share_{liking}": log(_FLOOR + fsum(scores[liking] for scores in named) / len(named)) if named else 0.0,
            f"surest_{liking}": log(_FLOOR + max(scores[liking] for scores in named)) if named else 0.0,
            **{f"{head}_{liking}": log(_FLOOR + max(line.scores(head)[liking] for line in lines)) for head in _MOODS if lines},
            **{f"{head}_{liking}": max(line.scores(head)["yes"] for line in lines) for head in _TROUBLES if lines},
        }
        for liking in LIKINGS
    ]


def chosen_likings(conversation: Conversation, spans: Iterable[Span], fitted: FittedChoice) -> Iterator[Span]:
    """Yield the spans, every mention of a product with the mood that is chosen for it."""
    kept = list(spans)
    likings = {name: _likeliest(conversation, said, fitted) for name, said in product_mentions(kept).items()}
    for one in kept:
        if one.type == SpanType.COMPETITOR:
            yield one.model_copy(update={"attributes": {**one.attributes, "sentiment": likings[str(one.value)]}})
        else:
            yield one


def _likeliest(conversation: Conversation, mentions: Sequence[Span], fitted: FittedChoice) -> str:
    ruled = str(mentions[0].attributes.get("sentiment"))
    if any(_sounds(conversation, one, ruled) for one in mentions):
        return ruled
    chances = fitted.likelihoods(liking_candidates(conversation, mentions))
    return max(zip(chances, LIKINGS, strict=True), key=lambda scored: scored[0])[1]


def _sounds(conversation: Conversation, mention: Span, ruled: str) -> bool:
    """Return whether the line sounds glad or annoyed to the reader too: plain words stay what they are."""
    piece = read_at(conversation, mention)
    return ruled != "neutral" and piece is not None and piece.reading.scores("mood")[ruled] >= _PLAIN
