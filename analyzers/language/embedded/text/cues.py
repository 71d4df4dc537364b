"""Match cue phrases: a small pattern language for speech, compiled once and looked up by first word.

``(a b|c)`` one of two phrases (nested as one likes), ``[x]`` may be missing, ``...`` up to four words between,
``stem*`` any ending, ``@`` any one word, ``#`` a number. Apostrophes may be missing, fillers and commas may stand between
words; a phrase never crosses the end of a sentence.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from analyzers.language.embedded.text.words import FILLERS, Word

_SEPARATOR = " "
_ANY = r"[\w']++"
_GAP = rf"(?: {_ANY}){{0,4}}?"
_NUMBER = (
    r"(?:\d\w{0,12}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|thirteen|fourteen|fifteen|sixteen"
    r"|seventeen|eighteen|nineteen|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?: (?:one|two|three|four|five|six"
    r"|seven|eight|nine))?|hundred|thousand)"
)
_NUMBER_FIRST = [
    "a",
    "an",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "dozen",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
    "thirty",
    "forty",
    "fifty",
    "sixty",
    "seventy",
    "eighty",
    "ninety",
    "hundred",
    "thousand",
    "0",
    "1",
    "2",
    "3",
    "4",
    "5",
    "6",
    "7",
    "8",
    "9",
]
_TOKEN = re.compile(r"[\[\]()|]|[^\s\[\]()|]+")
_ENDS_SENTENCE = re.compile(r"[.?!]\s|\n")
_KEY_LENGTH = 3
"""Letters of a word that a phrase is looked up by: stems such as ``stem*`` need a prefix, and three letters leave few phrases to
try."""


class Hit(NamedTuple):
    start: int
    end: int


def _key(word: str) -> str:
    if word[:1].isdigit():
        return word[0]
    return word.replace("'", "")[:_KEY_LENGTH]


def _word(text: str) -> str:
    if text == "#":
        return _NUMBER
    if text == "@":
        return _ANY
    stem = text.removesuffix("*")
    pattern = re.escape(stem).replace("'", "'?")
    return pattern + (r"[\w']*+" if text.endswith("*") else "")


class _Phrases:
    """Parses alternatives of sequences, nested to any depth, into a regular expression and its first words."""

    def __init__(self, text: str) -> None:
        self._tokens = _TOKEN.findall(text)
        self._at = 0

    def read(self) -> tuple[list[str], str]:
        keys, regex = self._sequence()
        options = [regex]
        while self._peek() == "|":
            self._at += 1
            more, regex = self._sequence()
            keys += more
            options.append(regex)
        return keys, f"(?:{'|'.join(options)})"

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _sequence(self) -> tuple[list[str], str]:
        keys: list[str] = []
        regex, open_start = "", True
        while self._peek() not in ("", "|", ")", "]"):
            mark = self._peek()
            self._at += 1
            piece_keys, piece = self._piece(mark)
            if open_start:
                keys += piece_keys
            if mark == "[":
                regex += f"(?:{piece}{_SEPARATOR})?" if open_start else f"(?:{_SEPARATOR}{piece})?"
                continue
            if mark == "...":
                regex += _GAP
                continue
            regex += piece if open_start else _SEPARATOR + piece
            open_start = False
        return keys, regex

    def _piece(self, mark: str) -> tuple[list[str], str]:
        if mark in ("(", "["):
            keys, regex = self.read()
            self._at += 1
            return keys, regex
        return (_NUMBER_FIRST if mark == "#" else [mark.rstrip("*")]), _word(mark)


def _compiled(phrase: str) -> tuple[list[str], str]:
    """Return the keys under which a phrase is looked up, and its regular expression."""
    keys, regex = _Phrases(phrase).read()
    return [_key(k) for k in keys], regex


class CueMatcher:
    """Matches all cue phrases of all lexicons at once: one look-up a word, a few short matches, never a scan a phrase."""

    def __init__(self, phrases: Mapping[str, Iterable[str]]) -> None:
        gathered: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for label, options in phrases.items():
            for phrase in options:
                keys, regex = _compiled(phrase)
                for key in dict.fromkeys(keys):
                    gathered[key, label].append(regex)
        self._sources: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for (key, label), regexes in gathered.items():
            self._sources[key].append((label, f"(?:{'|'.join(regexes)})(?![\\w'])"))
        self._compiled: dict[str, tuple[tuple[str, re.Pattern[str]], ...]] = {}

    def _patterns(self, key: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
        """Compile phrases when a word first needs them: most are never needed, and start-up stays fast."""
        compiled = self._compiled.get(key)
        if compiled is None:
            compiled = tuple((label, re.compile(source)) for label, source in self._sources.get(key, ()))
            if compiled:
                self._compiled[key] = compiled
        return compiled

    def hits(self, low: str, words: Sequence[Word]) -> dict[str, list[Hit]]:
        """Return where each cue stands, by label, from left to right."""
        plain = _plain(low, words)
        found: dict[str, list[Hit]] = {}
        for word, start in plain.starts:
            for label, pattern in self._patterns(_key(word.text)):
                match = pattern.match(plain.text, start)
                if match:
                    found.setdefault(label, []).append(Hit(word.start, plain.ends[match.end()]))
        return found


class _Plain(NamedTuple):
    """Holds words with single spaces and a lone stop where a sentence ends.

    ``ends`` maps back to the offsets of the text.
    """

    text: str
    starts: list[tuple[Word, int]]
    ends: dict[int, int]


def _plain(low: str, words: Sequence[Word]) -> _Plain:
    parts: list[str] = []
    starts: list[tuple[Word, int]] = []
    ends: dict[int, int] = {}
    at = reached = 0
    for word in words:
        if word.text in FILLERS:
            continue
        joint = " . " if starts and _ENDS_SENTENCE.search(low, reached, word.start) else " "
        parts += (joint, word.text)
        at += len(joint)
        starts.append((word, at))
        at += len(word.text)
        ends[at] = reached = word.end
    return _Plain("".join(parts), starts, ends)
