"""Match cue phrases: a small pattern language for speech, compiled once and looked up by first word.

``(a b|c)`` one of two phrases (nested as one likes), ``[x]`` may be missing, ``...`` up to four words between,
``stem*`` any ending, ``@`` any one word, ``#`` a number. Apostrophes may be missing, fillers and commas may stand between
words; a phrase never crosses the end of a sentence.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, cached_property
from typing import NamedTuple

from analyzers.language.embedded.text.words import FILLERS, Word

_SEPARATOR = " "
_ANY = r"[\w']++"
_GAP = rf"(?: {_ANY}){{0,4}}?"
_UNITS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_OTHERS = (
    *("ten", "eleven", "twelve", "dozen", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
    *("hundred", "thousand"),
)
_NUMBER = rf"(?:\d\w{{0,12}}|an?|{'|'.join((*_UNITS, *_OTHERS))}|(?:{'|'.join(_TENS)})(?: (?:{'|'.join(_UNITS)}))?)"
_NUMBER_FIRST = ("a", "an", *_UNITS, *_OTHERS, *_TENS, *"0123456789")
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


@cache
def _word(text: str) -> str:
    if text == "#":
        return _NUMBER
    if text == "@":
        return _ANY
    stem = text.removesuffix("*")
    pattern = re.escape(stem).replace("'", "'?")
    return pattern + (r"[\w']*+" if text.endswith("*") else "")


Opening = tuple[str, ...]
"""Keys of the first words that a phrase may have, ``_LOOKED_UP`` at most; fewer where it ends before."""
_LOOKED_UP = 2
"""Words of a phrase that are looked up: by the first alone seven labels were tried at every word, by two less than one."""
_ANY_KEY = "@"
"""Stands for the key of any word."""
_NUMBER_OPENINGS: frozenset[Opening] = frozenset(
    [(_key(word),) for word in _NUMBER_FIRST] + [(_key(tens), _key(unit)) for tens in _TENS for unit in _UNITS]
)
_ANY_WORD: frozenset[Opening] = frozenset({(_ANY_KEY,)})


class _Phrases:
    """Parses alternatives of sequences, nested to any depth, into a regular expression and its openings."""

    def __init__(self, text: str) -> None:
        self._tokens = _TOKEN.findall(text)
        self._at = 0

    def read(self) -> tuple[frozenset[Opening], str]:
        openings, regex = self._sequence()
        options = [regex]
        while self._peek() == "|":
            self._at += 1
            more, regex = self._sequence()
            openings |= more
            options.append(regex)
        return openings, f"(?:{'|'.join(options)})"

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _sequence(self) -> tuple[frozenset[Opening], str]:
        openings: frozenset[Opening] = frozenset({()})
        regex, open_start = "", True
        while self._peek() not in ("", "|", ")", "]"):
            mark = self._peek()
            self._at += 1
            if mark == "...":
                openings = frozenset({()}) & openings | _extended(openings - {()}, _ANY_WORD)
                regex += _GAP
                continue
            following, piece = self._piece(mark)
            extended = _extended(openings, following)
            if mark == "[":
                openings |= extended
                regex += f"(?:{piece}{_SEPARATOR})?" if open_start else f"(?:{_SEPARATOR}{piece})?"
                continue
            openings = extended
            regex += piece if open_start else _SEPARATOR + piece
            open_start = False
        return openings, regex

    def _piece(self, mark: str) -> tuple[frozenset[Opening], str]:
        if mark in ("(", "["):
            openings, regex = self.read()
            self._at += 1
            return openings, regex
        key = _key(mark.removesuffix("*"))
        stem = "*" if mark.endswith("*") and len(key) < _KEY_LENGTH else ""
        return (_NUMBER_OPENINGS if mark == "#" else frozenset({(key + stem,)})), _word(mark)


def _extended(openings: frozenset[Opening], following: frozenset[Opening]) -> frozenset[Opening]:
    """Return the openings of what begins with one of ``openings`` and goes on with one of ``following``."""
    short = [opening for opening in openings if len(opening) < _LOOKED_UP]
    if not short:
        return openings
    return openings.difference(short).union((*a, *b)[:_LOOKED_UP] for a in short for b in following)


class _Cue:
    """Holds the phrases of one label that begin with one word, as one pattern that is compiled when it is first tried.

    ``_seconds`` are the keys of the words they go on with; ``any_second`` when one goes on with any word, or with none.
    """

    def __init__(self, label: str) -> None:
        self.label = label
        self.seconds: set[str] = set()
        self.any_second = False
        self._sources: list[str] = []

    def add(self, regex: str, openings: Iterable[Opening]) -> None:
        self._sources.append(regex)
        for _, *then in openings:
            self.seconds.update(then)
            self.any_second = self.any_second or not then or then[0].endswith(("*", _ANY_KEY))

    @cached_property
    def match(self) -> Callable[[str, int], re.Match[str] | None]:
        return _compiled(f"(?:{'|'.join(self._sources)})(?![\\w'])").match


@cache
def _compiled(regex: str) -> re.Pattern[str]:
    """Keep the patterns for all engines of a process: compiling those of one call takes longer than the call."""
    return re.compile(regex)


class _Cues:
    """Holds the cues that begin with one word, by the word they go on with."""

    def __init__(self) -> None:
        self._by_label: dict[str, _Cue] = {}

    def add(self, label: str, regex: str, openings: Iterable[Opening]) -> None:
        self._by_label.setdefault(label, _Cue(label)).add(regex, openings)

    @cached_property
    def before_any(self) -> tuple[_Cue, ...]:
        return tuple(cue for cue in self._by_label.values() if cue.any_second)

    @cached_property
    def before(self) -> Mapping[str, tuple[_Cue, ...]]:
        seconds = {second for cue in self._by_label.values() for second in cue.seconds}
        cues = self._by_label.values()
        return {second: tuple(cue for cue in cues if cue.any_second or second in cue.seconds) for second in seconds}


class CueMatcher:
    """Matches all cue phrases of all lexicons at once: one look-up of two words, a few short matches, never a scan a phrase.

    Patterns are compiled when words first need them: most are never needed, and start-up stays fast.
    """

    def __init__(self, phrases: Mapping[str, Iterable[str]]) -> None:
        self._cues: defaultdict[str, _Cues] = defaultdict(_Cues)
        for label, options in phrases.items():
            for phrase in options:
                openings, regex = _Phrases(phrase).read()
                by_first: dict[str, list[Opening]] = {}
                for opening in filter(None, openings):
                    by_first.setdefault(opening[0].removesuffix("*"), []).append(opening)
                for key, of_key in by_first.items():
                    self._cues[key].add(label, regex, of_key)

    def hits(self, low: str, words: Sequence[Word]) -> dict[str, list[Hit]]:
        """Return where each cue stands, by label, from left to right."""
        plain = _plain(low, words)
        found: dict[str, list[Hit]] = {}
        for word, start, key, following in zip(plain.words, plain.starts, plain.keys, plain.following, strict=True):
            cues = self._cues.get(key)
            if cues is None:
                continue
            for cue in cues.before.get(following, cues.before_any):
                match = cue.match(plain.text, start)
                if match:
                    found.setdefault(cue.label, []).append(Hit(word.start, plain.ends[match.end()]))
        return found


class _Plain(NamedTuple):
    """Holds words with single spaces and a lone stop where a sentence ends; of each word where it begins there and its key.

    ``following`` is the key of the next word of its sentence, "" behind the last; ``ends`` maps back to the offsets of the text.
    """

    text: str
    words: list[Word]
    starts: list[int]
    keys: list[str]
    following: list[str]
    ends: dict[int, int]


def _plain(low: str, words: Sequence[Word]) -> _Plain:
    spoken = [word for word in words if word.text not in FILLERS]
    keys = [_key(word.text) for word in spoken]
    following = [*keys[1:], ""][: len(keys)]
    parts: list[str] = []
    starts: list[int] = []
    ends: dict[int, int] = {}
    at = reached = 0
    for place, (text, start, end) in enumerate(spoken):
        joint = " "
        if place and low[reached:start] != " " and _ENDS_SENTENCE.search(low, reached, start):
            joint, following[place - 1] = " . ", ""
        parts += (joint, text)
        at += len(joint)
        starts.append(at)
        at += len(text)
        ends[at] = reached = end
    return _Plain("".join(parts), spoken, starts, keys, following, ends)
