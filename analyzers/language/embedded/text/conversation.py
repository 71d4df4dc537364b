"""Prepare a transcript once for every rule: words, sentences, cue hits, numbers and names of each turn."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from analyzers.language.annotations import Act
from analyzers.language.embedded.text.cues import Hit
from analyzers.language.embedded.text.names import NameHit
from analyzers.language.embedded.text.numbers import Number, numbers_of
from analyzers.language.embedded.text.vocabulary import RuleVocabulary
from analyzers.language.embedded.text.words import LONGEST_QUOTE, Sentence, Word, lowered, sentences_of, word_set, words_of
from analyzers.language.reader.reader import Reading
from contract.document.session import TranscriptItem

_NEGATORS = word_set(
    "no not never don't doesn't didn't isn't aren't wasn't won't can't cannot wouldn't couldn't haven't hasn't nobody "
    "nothing neither nor without none dont doesnt didnt isnt wasnt wont cant wouldnt couldnt havent hasnt ain't aint "
    "hardly instead"
)
_IF = frozenset({"if", "suppose", "supposing", "imagine", "unless", "assuming", "whether", "hypothetically"})
_TOLD = frozenset({"told", "says", "said", "saying", "reckons", "thinks", "claims"})
_BREAKS = frozenset({"but", "and", "so", "because", "though", "although", "then", "which"})
_REACH = 6
"""Words that ``before`` and ``after`` return unless told otherwise: a clause of speech."""
_SHORT_REPAIR = 8
"""Words up to which a turn that opens with 'sorry' or 'pardon' only asks to repeat."""
_SHORT_ECHO = 4
"""Words up to which a turn that repeats a figure only echoes it: 'Thirty five people?'."""


def _start(found: NameHit | Number) -> int:
    return found.start


class Prediction(NamedTuple):
    """Holds what the trained reader predicts for a stretch of a turn."""

    start: int
    end: int
    reading: Reading


@dataclass
class Turn:
    """Represents one item; ``prompt`` is the other side's turn it follows, ``earlier`` the same side's turn before."""

    position: int
    item: TranscriptItem
    vocabulary: RuleVocabulary
    prompt: Turn | None = None
    earlier: Turn | None = None
    questions: list[Act] = field(default_factory=list[Act])
    moods: list[tuple[Hit, float]] | None = None
    predictions: list[Prediction] = field(default_factory=list[Prediction])

    @property
    def is_user(self) -> bool:
        return self.item.role == "user"

    @property
    def text(self) -> str:
        return self.item.text

    @cached_property
    def low(self) -> str:
        return lowered(self.item.text)

    @cached_property
    def words(self) -> list[Word]:
        return words_of(self.low)

    @cached_property
    def sentences(self) -> list[Sentence]:
        return sentences_of(self.item.text)

    @cached_property
    def cues(self) -> dict[str, list[Hit]]:
        return self.vocabulary.matcher.hits(self.low, self.words)

    @cached_property
    def numbers(self) -> list[Number]:
        return numbers_of(self.low, self.words)

    @cached_property
    def names(self) -> list[NameHit]:
        return self.vocabulary.names.find(self.item.text, self.low, self.words)

    @cached_property
    def _starts(self) -> list[int]:
        return [w.start for w in self.words]

    def hits(self, *labels: str) -> list[Hit]:
        """Return hits of these cues from left to right."""
        found = [self.cues[label] for label in labels if label in self.cues]
        return sorted(chain.from_iterable(found)) if len(found) > 1 else list(*found)

    def labelled(self, prefix: str) -> tuple[str, ...]:
        """Return the cue labels under ``prefix.`` that occur in this turn."""
        prefix += "."
        return tuple(label for label in self.cues if label.startswith(prefix))

    def hits_in(self, start: int, end: int, *labels: str) -> list[Hit]:
        """Return hits of these cues that begin in a stretch of the text, by bisection so that endless speech stays fast."""
        found: list[Hit] = []
        for label in labels:
            hits = self.cues.get(label)
            if hits:
                found += hits[bisect_left(hits, (start, -1)) : bisect_left(hits, (end, -1))]
        return sorted(found) if len(labels) > 1 else found

    def names_in(self, start: int, end: int) -> list[NameHit]:
        """Return names that begin in a stretch of the text."""
        names = self.names
        return names[bisect_left(names, start, key=_start) : bisect_left(names, end, key=_start)]

    def numbers_in(self, start: int, end: int) -> list[Number]:
        numbers = self.numbers
        return numbers[bisect_left(numbers, start, key=_start) : bisect_left(numbers, end, key=_start)]

    def prediction_at(self, offset: int) -> Prediction | None:
        """Return the reader's prediction for the words at an offset; None for what it did not read."""
        return next((prediction for prediction in self.predictions if prediction.start <= offset < prediction.end), None)

    def has(self, *labels: str) -> bool:
        return any(label in self.cues for label in labels)

    def sentence_at(self, offset: int) -> Sentence:
        """Return the sentence that contains an offset, by bisection, since turns may have thousands."""
        at = bisect_right(self.sentences, offset, key=lambda s: s.start) - 1
        return self.sentences[max(at, 0)] if self.sentences else Sentence(0, len(self.text))

    def quote_at(self, hit: Hit) -> Hit:
        """Return the sentence around a hit, or in endless speech the words within reach of it."""
        sentence = self.sentence_at(hit.start)
        if sentence.end - sentence.start <= LONGEST_QUOTE and sentence.start <= hit.start < sentence.end:
            return Hit(sentence.start, max(sentence.end, hit.end))
        start = max(sentence.start, hit.start - LONGEST_QUOTE // 3)
        end = min(max(sentence.end, hit.end), hit.end + LONGEST_QUOTE // 2)
        return Hit(self._word_start(start, hit.start), self._word_end(end, hit.end))

    def _word_start(self, offset: int, latest: int) -> int:
        while 0 < offset < latest and not self.low[offset - 1].isspace():
            offset += 1
        return offset

    def _word_end(self, offset: int, earliest: int) -> int:
        while earliest < offset < len(self.low) and not self.low[offset].isspace():
            offset -= 1
        return offset

    def before(self, offset: int, count: int = _REACH) -> list[str]:
        """Return up to ``count`` words before an offset, inside its sentence, nearest last."""
        at = bisect_left(self._starts, offset)
        start = self.sentence_at(offset).start
        return [w.text for w in self.words[max(0, at - count) : at] if w.start >= start]

    def after(self, offset: int, count: int = _REACH) -> list[str]:
        """Return up to ``count`` words from an offset on, inside its sentence."""
        at = bisect_left(self._starts, offset)
        end = self.sentence_at(max(offset - 1, 0)).end
        return [w.text for w in self.words[at : at + count] if w.start < end]

    def negated(self, offset: int) -> bool:
        """Return whether a 'not' or 'never' stands shortly before, in the same clause."""
        for word in reversed(self.before(offset, 5)):
            if word in _NEGATORS:
                return True
            if word in _BREAKS:
                return False
        return False

    def hypothetical(self, offset: int) -> bool:
        return any(word in _IF for word in self.before(offset, 9))

    def reported(self, offset: int) -> bool:
        return any(word in _TOLD for word in self.before(offset, 6))

    def in_question(self, offset: int) -> bool:
        at = bisect_right(self.questions, offset, key=lambda q: q.start) - 1
        return at >= 0 and offset < self.questions[at].end

    @cached_property
    def affirms(self) -> bool:
        """Return whether the reply begins with a yes."""
        return self._opens_with("acts.yes") and not self.denies

    @cached_property
    def denies(self) -> bool:
        return self._opens_with("acts.no")

    def _opens_with(self, label: str) -> bool:
        return label in self.cues and self.cues[label][0].start <= self._opening

    @cached_property
    def _opening(self) -> int:
        """Return where the first word stands that says something."""
        return next((w.start for w in self.words if w.text not in FILLERS_AND_SO), 0)

    @cached_property
    def question(self) -> Turn | None:
        """Return the turn this one replies to: past 'Sorry, I missed that.' and 'Eleven?' the question that is still open."""
        prompt = self.prompt
        while prompt is not None and prompt.earlier is not None and prompt.asks_again:
            prompt = prompt.earlier
        return prompt

    @cached_property
    def asks_again(self) -> bool:
        """Return whether this short turn only asks to repeat, or repeats a figure of the other side."""
        if len(self.words) > _SHORT_REPAIR or self.prompt is None or not self.words:
            return False
        said = {n.value for n in self.prompt.numbers}
        echoes = bool(self.numbers) and len(self.words) <= _SHORT_ECHO and all(n.value in said for n in self.numbers)
        repairs = self._opens_with("acts.repair") and not (self.numbers or self.labelled("prompts"))
        return echoes or (repairs and (self.words[0].text != "what" or len(self.words) <= _SHORT_ECHO))

    def asked(self, *labels: str) -> bool:
        """Return whether this turn answers a question of the other side that had one of these cues."""
        prompt = self.question
        return prompt is not None and prompt.has(*labels) and (bool(prompt.questions) or prompt.has("prompts.invites"))


FILLERS_AND_SO = frozenset(
    {"um", "uh", "er", "erm", "well", "oh", "so", "hmm", "ah", "i", "mean", "honestly", "like", "okay", "ok"}
)


@dataclass
class Conversation:
    turns: list[Turn]

    @property
    def user_turns(self) -> list[Turn]:
        return [turn for turn in self.turns if turn.is_user]

    @property
    def read_lines(self) -> list[tuple[Turn, Prediction]]:
        """The caller's pieces that the reader has read, in order, each with its turn."""
        return [(turn, prediction) for turn in self.user_turns for prediction in turn.predictions]

    @property
    def agent_turns(self) -> list[Turn]:
        return [turn for turn in self.turns if not turn.is_user]


def conversation_of(items: Sequence[TranscriptItem], vocabulary: RuleVocabulary) -> Conversation:
    """Return the turns in order, each linked to the last turn of the other side."""
    turns: list[Turn] = []
    last: dict[str, Turn] = {}
    for position, item in enumerate(items):
        other = "agent" if item.role == "user" else "user"
        turn = Turn(position, item, vocabulary, prompt=last.get(other), earlier=last.get(item.role))
        last[item.role] = turn
        turns.append(turn)
    return Conversation(turns)
