"""A transcript whose answer was cut off is asked for in parts, and their answers put together: each counts for its lines alone."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from analyzers.language.openai_engine.answer import Answer

SMALLEST_PART = 20
"""Lines: the answer for so few is cut off only by a model that rambles, and asking for fewer would not better it."""

PartAnswer = tuple[range, Answer]


def smaller_parts(lines: range, most: int) -> list[range]:
    """Return parts of about the same length, of at most so many lines and two at least; none for lines too few to be split."""
    if len(lines) <= SMALLEST_PART:
        return []
    count = max(2, -(-len(lines) // max(most, SMALLEST_PART)))
    return [range(start, end) for start, end in pairwise(lines.start + len(lines) * n // count for n in range(count + 1))]


def merged(answers: Sequence[PartAnswer]) -> Answer:
    """Return one answer. The last part judges the call: it has just read how the call ends."""
    if len(answers) == 1:
        return answers[0][1]
    return Answer(
        language=answers[-1][1].language,
        utterances=[said for lines, answer in answers for said in answer.utterances if said.n in lines],
        facts=[fact for lines, answer in answers for fact in answer.facts if fact.n in lines],
        call=answers[-1][1].call,
    )
