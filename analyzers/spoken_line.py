"""Look up cue phrases in one line of a transcript, whatever engine annotated it, and quote the sentence around them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property

from analyzers.evidence import Evidence
from analyzers.language.embedded.text.cues import CueMatcher, Hit
from analyzers.language.embedded.text.words import LONGEST_QUOTE, Sentence, Word, lowered, sentences_of, words_of
from contract.document.session import TranscriptItem


@dataclass(frozen=True)
class SpokenLine:
    item: TranscriptItem
    matcher: CueMatcher

    @cached_property
    def low(self) -> str:
        return lowered(self.item.text)

    @cached_property
    def words(self) -> list[Word]:
        return words_of(self.low)

    @cached_property
    def hits(self) -> dict[str, list[Hit]]:
        """Return where each cue stands, by label, from left to right."""
        return self.matcher.hits(self.low, self.words)

    @cached_property
    def _sentences(self) -> list[Sentence]:
        return sentences_of(self.item.text)

    def sentence_at(self, hit: Hit) -> Sentence:
        """Return the sentence that a hit begins in, at least as long as the hit itself."""
        at = bisect_right(self._sentences, hit.start, key=_start) - 1
        within = at >= 0 and hit.start < self._sentences[at].end
        found = self._sentences[at] if within else Sentence(hit.start, hit.end)
        return Sentence(found.start, max(found.end, hit.end))

    def words_before(self, hit: Hit, count: int) -> list[Word]:
        """Return up to ``count`` words before a hit, inside its sentence, nearest last."""
        first = bisect_left(self.words, self.sentence_at(hit).start, key=_start)
        last = bisect_left(self.words, hit.start, key=_start)
        return self.words[max(first, last - count) : last]

    def before(self, hit: Hit, count: int) -> list[str]:
        """Return up to ``count`` words before a hit, inside its sentence, nearest last."""
        return [word.text for word in self.words_before(hit, count)]

    def after(self, hit: Hit, count: int) -> list[str]:
        """Return up to ``count`` words after a hit, inside its sentence."""
        first = bisect_left(self.words, hit.end, key=_start)
        last = bisect_left(self.words, self.sentence_at(hit).end, key=_start)
        return [word.text for word in self.words[first : min(last, first + count)]]

    def quote(self, hit: Hit) -> Evidence:
        """Return the sentence around a hit; the hit alone where speech without punctuation makes the sentence endless."""
        sentence = self.sentence_at(hit)
        start, end = sentence if sentence.end - sentence.start <= LONGEST_QUOTE else hit
        return Evidence(item_id=self.item.id, start=start, end=end, quote=self.item.text[start:end])


def _start(place: Word | Sentence) -> int:
    return place.start
