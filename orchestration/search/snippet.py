"""Cut the snippets shown of a result: at most ``LENGTH`` characters of an utterance around the words that were found.

What callers say is untrusted: control characters, which could drive a terminal, and invisible ones become spaces.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

LENGTH = 160
"""Characters of a snippet: about two lines of a result list."""
MOST = 2
"""Snippets of a result: one for what was searched, one more for terms the first lacks."""
_BEFORE = 40
"""Characters kept before the first word found: about seven words of context, a quarter of ``LENGTH``."""
_ELLIPSIS = "…"
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


@dataclass(frozen=True)
class Snippet:
    """``marks`` are where the words stand in ``text``: [start, end) in characters. ``seconds`` counts from the call's start."""

    role: str
    started_at: datetime | None
    seconds: float | None
    text: str
    marks: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class UtteranceMatch:
    """One utterance of a result: which terms it holds, what each weighs, and whether a phrase stands in it."""

    utterance: int
    weights: dict[str, float]
    phrase: bool


def best(matches: Sequence[UtteranceMatch]) -> list[int]:
    """Choose the utterance with most of what was searched, phrases first; a second one if it adds a term. In order of time."""
    chosen: list[UtteranceMatch] = []
    seen: set[str] = set()
    while len(chosen) < MOST:
        left = [match for match in matches if match not in chosen and (not chosen or match.weights.keys() - seen)]
        if not left:
            break
        first = max(left, key=lambda match: _worth(match, seen))
        chosen.append(first)
        seen |= first.weights.keys()
    return sorted(match.utterance for match in chosen)


def _worth(match: UtteranceMatch, seen: AbstractSet[str]) -> tuple[bool, float, int]:
    return match.phrase, sum(weight for term, weight in match.weights.items() if term not in seen), -match.utterance


def excerpt(text: str, words: Sequence[str], found: AbstractSet[int]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Return the part of ``text`` around its words number ``found`` (counted from 1), and where these stand in the part."""
    spans = [span for place, span in enumerate(_spans(text, words), start=1) if place in found]
    start, end = _window(len(text), spans)
    before, after = _ELLIPSIS * (start > 0), _ELLIPSIS * (end < len(text))
    moved = ((a - start + len(before), min(b, end) - start + len(before)) for a, b in spans if start <= a < end)
    return before + "".join(map(_seen, text[start:end])) + after, tuple(moved)


def _spans(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Find where each word stands; words are in the text's order and nothing between two of them could be one."""
    spans: list[tuple[int, int]] = []
    end = 0
    for word in words:
        start = text.index(word, end)
        end = start + len(word)
        spans.append((start, end))
    return spans


def _window(length: int, spans: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Find the window in which the most marks fit, with some words before the first of them."""
    room = LENGTH - 2 * len(_ELLIPSIS)
    if length <= LENGTH or not spans:
        return 0, min(length, LENGTH if length <= LENGTH else room)
    first = max(spans, key=lambda span: (sum(span[0] <= a and b <= span[0] + room - _BEFORE for a, b in spans), -span[0]))[0]
    start = max(0, min(first - _BEFORE, length - room))
    return start, min(length, start + room)


def _seen(character: str) -> str:
    return " " if unicodedata.category(character) in _UNSEEN else character
