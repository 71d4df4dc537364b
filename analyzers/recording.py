"""Tell a recording from a caller: phone menus, hold announcements, voicemail greetings and robocalls (labels: no prospect).

A recording speaks to whoever listens: it announces, orders and repeats itself, and answers nothing. People mention menus and hold
music too, but with a person as the subject ("I pressed one", "it said all lines are busy"), and say other things besides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, NamedTuple

from analyzers.evidence import Evidence
from analyzers.language.annotations import NoProspectReason
from analyzers.language.embedded.text.cues import CueMatcher, Hit
from analyzers.language.embedded.text.vocabulary import Phrases
from analyzers.language.embedded.text.words import LONGEST_QUOTE, Sentence, Word, lowered, sentences_of, word_set, words_of
from contract.document.session import TranscriptItem
from contract.reference import Reference, ReferenceTable

_FEWEST_PHRASES = 2
"""Different phrases of a recording that a call needs: one alone ("please hold") is said by people too."""
_LEAST_SHARE = 0.6
"""Share of announcing lines in the words of these and of lines in which a person speaks of themselves; the rest says nothing of who
speaks."""
_REPLY = 6
"""Most words of a reply: a person before the machine takes over, or its greeting of the agent."""
_REPEATED = 6
"""Fewest words of a line that counts as repeated when it comes again: people repeat shorter ones ("hello, can you hear me?")."""
_QUOTES = 3
"""Most quotes that are shown for it."""
_SELF = word_set("i i'm i've i'd i'll me my we we're we've us")
_OTHERS = word_set("it it's he she they people someone somebody everybody nobody customers clients")
_TELLING = word_set(
    "said says saying told tells telling heard pressed dialed dialled tried got gets keep keeps kept went waited called used then"
)


class NoCaller(NamedTuple):
    """Holds what was on the line instead of a caller, and the quotes that show it."""

    reason: NoProspectReason
    evidence: tuple[Evidence, ...]


class Announcements(ReferenceTable):
    """Holds the phrases of machines by kind: menu, hold, voicemail, offer, bait."""

    file: ClassVar[str] = "announcements.yml"
    cues: dict[str, Phrases]

    @cached_property
    def matcher(self) -> CueMatcher:
        return CueMatcher(self.cues)


@dataclass(frozen=True)
class _Line:
    """One line of the caller; ``announced`` are the places of phrases of machines in it."""

    item: TranscriptItem
    low: str
    words: Sequence[Word]
    announced: Sequence[tuple[Hit, str]]

    @property
    def personal(self) -> bool:
        """Return whether a person speaks of themselves here, in more than a short reply."""
        return not self.announced and len(self.words) > _REPLY and any(word.text in _SELF for word in self.words)


def recording_in(transcript: Iterable[TranscriptItem], reference: Reference) -> NoCaller | None:
    """Return what was on the line but no caller: a recording, or a seller where only offers were made; None for a caller."""
    matcher = reference.table(Announcements).matcher
    lines = [_line(item, matcher) for item in transcript if item.role == "user"]
    announcing = [line for line in lines if line.announced]
    announced = sum(len(line.words) for line in announcing)
    personal = sum(len(line.words) for line in lines if line.personal)
    if _phrases(announcing) < _FEWEST_PHRASES or announced < _LEAST_SHARE * (announced + personal):
        return None
    kinds = {kind for line in announcing for _, kind in line.announced}
    reason = "seller" if kinds <= {"offer", "bait"} else "recording"
    return NoCaller(reason, tuple(_evidence(line) for line in announcing[:_QUOTES]))


def _line(item: TranscriptItem, matcher: CueMatcher) -> _Line:
    low = lowered(item.text)
    words = words_of(low)
    sentences = sentences_of(item.text)
    found = ((hit, kind) for kind, hits in matcher.hits(low, words).items() for hit in hits)
    return _Line(item, low, words, sorted((hit, kind) for hit, kind in found if not _told(hit, kind, words, sentences)))


def _told(hit: Hit, kind: str, words: Sequence[Word], sentences: Sequence[Sentence]) -> bool:
    """Return whether a person tells of it; greetings of voicemail and offers speak as a person themselves."""
    start, end = next(((s.start, s.end) for s in sentences if s.start <= hit.start < s.end), (hit.start, hit.end))
    outside = {w.text for w in words if start <= w.start < end and not hit.start <= w.start < hit.end}
    if kind in ("menu", "hold"):
        return bool(outside & (_SELF | _OTHERS | _TELLING))
    return kind == "voicemail" and bool(outside & _OTHERS)


def _phrases(announcing: Sequence[_Line]) -> int:
    """Count the different phrases of machines, and each longer line that comes again; bait without an offer is none."""
    phrases = {(kind, line.low[hit.start : hit.end]) for line in announcing for hit, kind in line.announced}
    if all(kind != "offer" for kind, _ in phrases):
        phrases = {(kind, phrase) for kind, phrase in phrases if kind != "bait"}
    said = Counter(tuple(word.text for word in line.words) for line in announcing if len(line.words) >= _REPEATED)
    return len(phrases) + sum(count > 1 for count in said.values()) if phrases else 0


def _evidence(line: _Line) -> Evidence:
    hit, _ = line.announced[0]
    sentence = next((s for s in sentences_of(line.item.text) if s.start <= hit.start < s.end), None)
    fits = sentence is not None and sentence.end - sentence.start <= LONGEST_QUOTE
    start, end = (sentence.start, max(sentence.end, hit.end)) if sentence and fits else (hit.start, hit.end)
    return Evidence(item_id=line.item.id, start=start, end=end, quote=line.item.text[start:end])
