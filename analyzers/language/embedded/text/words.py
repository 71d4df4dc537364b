"""Split text into words and sentences with exact offsets, for speech with and without punctuation."""

from __future__ import annotations

import re
from typing import NamedTuple

_WORD = re.compile(r"\w+(?:'\w+)*+")
_SENTENCE = re.compile(r"(?:[^.?!\n]|[.](?=\S))++[.?!]*+|[.?!]++")
_CURLY = str.maketrans({"\u2019": "'", "\u2018": "'", "\u02bc": "'", "\u0060": "'"})

LONGEST_QUOTE = 320
"""Characters of a quote: a sentence that is longer is unpunctuated speech, of which only the words around the hit are quoted."""
FILLERS = frozenset({"um", "uh", "er", "erm", "hmm", "hm", "mm", "ah", "uhm"})


def word_set(text: str) -> frozenset[str]:
    """Return the words of a list written as running text."""
    return frozenset(text.split())


class Word(NamedTuple):
    """Represents a word in lower case with straight apostrophes, and where it stands in the text."""

    text: str
    start: int
    end: int


class Sentence(NamedTuple):
    start: int
    end: int


def lowered(text: str) -> str:
    """Return lower case of the same length, so that offsets stay valid (some letters grow when lowered)."""
    low = text.lower()
    if len(low) != len(text):
        low = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return low.translate(_CURLY)


def words_of(low: str) -> list[Word]:
    return [Word(m[0], *m.span()) for m in _WORD.finditer(low)]


def sentences_of(text: str) -> list[Sentence]:
    """Return sentences without the white space around them; text without punctuation is one sentence a line."""
    found: list[Sentence] = []
    for match in _SENTENCE.finditer(text):
        piece = match.group()
        start = match.start() + len(piece) - len(piece.lstrip())
        end = match.start() + len(piece.rstrip())
        if start < end:
            found.append(Sentence(start, end))
    return found
