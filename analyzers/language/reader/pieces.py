"""Split long utterances into pieces that the model reads whole: at the end of a sentence, else between words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

MOST_WORDS = 45
"""Words of a piece, so that it fits into ``TEXT_TOKENS``: on golden calls 1.3 tokens a word and at most 59 a piece."""
MOST_PIECES = 8
"""Pieces of an utterance that are read; bounds the model's time for endless speech."""
_WORD = re.compile(r"\S+")


class Piece(NamedTuple):
    start: int
    end: int


def pieces_of(text: str) -> list[Piece]:
    """Return stretches of at most 45 words; of endless speech the first six and the last two, where reasons and decisions stand."""
    found = [Piece(start, end) for start, end in _stretches(text) if text[start:end].strip()]
    return found if len(found) <= MOST_PIECES else [*found[: MOST_PIECES - 2], *found[-2:]]


def _stretches(text: str) -> Iterator[tuple[int, int]]:
    start = count = 0
    sentence_end: int | None = None
    for word in _WORD.finditer(text):
        count += 1
        if count > MOST_WORDS:
            cut = sentence_end if sentence_end is not None else word.start()
            yield start, cut
            start, sentence_end, count = cut, None, len(text[cut : word.end()].split())
        if word.group()[-1] in ".?!":
            sentence_end = word.end()
    yield start, len(text)
