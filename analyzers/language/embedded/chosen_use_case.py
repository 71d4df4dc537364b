"""Choose what kind of document the caller mainly makes, or none (LABELS: use_case).

The rules count the caller's words for documents; the reader hears the kind where no word names it; and the agent, which sums up
what it heard, names it most plainly. Each counts by how often it was right on labelled calls (``choice``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import log

from analyzers.language.annotations import Span, SpanType
from analyzers.language.embedded.choice import FittedChoice, Numbers
from analyzers.language.embedded.rules.use_cases import in_a_name
from analyzers.language.embedded.text.conversation import Conversation, Turn
from analyzers.language.embedded.text.cues import Hit
from analyzers.language.embedded.text.spans import span
from analyzers.language.reader.heads import HEADS

USES: tuple[str | None, ...] = (None, *HEADS["use_case"][1:])
"""Candidates of every call."""
_MOST_TIMES = 3
"""Times a kind is named beyond which one more says nothing."""
_FLOOR = 0.001
"""Added to a probability before its logarithm: below it the reader's numbers are noise."""


def use_case_candidates(conversation: Conversation, spans: Iterable[Span]) -> list[Numbers]:
    """Return the numbers of each of ``USES``."""
    said = [one for one in spans if one.type == SpanType.USE_CASE and one.holds]
    read = [prediction.reading.scores("use_case") for _, prediction in conversation.read_lines]
    return [_of_none(said, read) if use is None else _of_use(conversation, use, said, read) for use in USES]


def _of_none(said: Sequence[Span], read: Sequence[dict[str, float]]) -> Numbers:
    likeliest = max((1 - scores["none"] for scores in read), default=0.0)
    return {"none": 1.0, "none_ruled": float(not said), "none_read": log(_FLOOR + 1 - likeliest)}


def _of_use(conversation: Conversation, use: str, said: Sequence[Span], read: Sequence[dict[str, float]]) -> Numbers:
    same, third = [one for one in said if one.value == use], max(1, len(read) // 3)
    highest, mean = max((scores[use] for scores in read), default=0.0), sum(scores[use] for scores in read) / max(1, len(read))
    likeliest = max((score for scores in read for other, score in scores.items() if other != "none"), default=1.0)
    return {
        use: 1.0,
        "ruled": float(any(one.attributes.get("primary") for one in same)),
        "rule_confidence": max((one.confidence for one in same), default=0.0),
        "highest": highest,
        "log_highest": log(_FLOOR + highest),
        "likeliest": float(highest == likeliest),
        "mean": mean,
        "first": sum(scores[use] for scores in read[:third]) / third,
        "caller": _times(conversation.user_turns, use),
        "agent": _times(conversation.agent_turns, use),
    }


def _times(turns: Iterable[Turn], use: str) -> float:
    """Return how often these turns name the kind, as a share of ``_MOST_TIMES``."""
    named = sum(not in_a_name(turn, hit) for turn in turns for hit in turn.hits(f"use_case.{use}"))
    return min(_MOST_TIMES, named) / _MOST_TIMES


def chosen_use_case(conversation: Conversation, spans: Iterable[Span], fitted: FittedChoice) -> Iterator[Span]:
    """Yield the spans, of those of the use case the chosen kind as primary, and none where the call names none.

    Where only the reader or the agent names the chosen kind, the caller's line that speaks most for it stands.
    """
    kept = list(spans)
    chance, use = max(zip(fitted.likelihoods(use_case_candidates(conversation, kept)), USES, strict=True), key=lambda one: one[0])
    found = False
    for one in kept:
        if one.type != SpanType.USE_CASE:
            yield one
        elif use is not None:
            chosen = one.value == use
            found = found or (chosen and one.holds)
            changed = {"confidence": round(chance, 2)} if chosen else {}
            yield one.model_copy(update={"attributes": {**one.attributes, "primary": chosen}, **changed})
    lines = conversation.read_lines
    if use is not None and not found and lines:
        turn, line = max(lines, key=lambda read: read[1].reading.scores("use_case")[use])
        yield span(turn, SpanType.USE_CASE, turn.quote_at(Hit(line.start, line.end)), use, chance, primary=True)
