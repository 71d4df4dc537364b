"""Read the caller's utterances: for each question asked of one (``heads``) a probability per class, and where it is said.

The model (``data/reader``) is a tuned MiniLM, int8, on the CPU; ``data/reader/MODEL_CARD.md`` says how it was made. It is loaded at
the first utterance read, not at import: commands that read no words start at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from analyzers.language.onnx_files import load_session, load_tokenizer
from analyzers.language.reader.heads import Head, Vectors, read_heads
from analyzers.language.recent import Recent
from contract.platform.settings import PROJECT_ROOT

FOLDER = PROJECT_ROOT / "data" / "reader"

CONTEXT_TOKENS = 24
"""Tokens of the agent's line that the model reads. Part of its training (``data/reader/MODEL_CARD.md``): 16 were no better and
hardly faster."""
EARLIER_TOKENS = 20
"""Tokens of the caller's own line before that the model reads; part of its training, as are the other two."""
TEXT_TOKENS = 72
"""Tokens of the caller's words that the model reads; part of its training, so another number needs another model."""
_CONTEXT_CHARACTERS = 300
"""Characters from the end of the context that are tokenized: more than its tokens can cover, and a bound for endless speech."""
_TEXT_CHARACTERS = 600
"""Characters of the text that are tokenized: more than its tokens can cover, and a bound for endless speech."""
_MOST_KEPT = 200
"""Texts whose tokens are kept, those of some five calls: a caller's words are read again as the line before, an agent's stand
before several pieces, and greetings come again."""
_START, _STOP = 101, 102
"""Ids of ``[CLS]`` and ``[SEP]`` in the vocabulary of ``data/reader/tokenizer.json``."""
_REMEDY = "Restore data/reader from the repository or run python -m training.reader."


class Tokenized(NamedTuple):
    """Holds the ids of a text's tokens and where each stands in it."""

    ids: list[int]
    offsets: list[tuple[int, int]]


class ReaderInput(NamedTuple):
    """Holds what is read: ``text``, as ``context`` the other side's line before it, as ``earlier`` the caller's own before that."""

    context: str
    text: str
    earlier: str = ""


class LikelyWord(NamedTuple):
    """Holds a word by its offsets in the text, of how many pieces of the vocabulary it is made, and its probabilities."""

    start: int
    end: int
    pieces: int
    scores: Mapping[str, float]


@dataclass(frozen=True)
class Reading:
    """Holds the vectors of one line: ``tokens`` are offsets in its text, ``states`` their vectors, ``vector`` that of the whole."""

    vector: Vectors
    tokens: NDArray[np.int32]
    states: Vectors
    heads: Mapping[str, Head]

    def scores(self, head: str) -> dict[str, float]:
        """Return the probability of each class of a head."""
        asked = self.heads[head]
        return dict(zip(asked.classes, map(float, asked.probabilities(self.vector)), strict=True))

    def likeliest(self, head: str) -> tuple[str, float]:
        """Return the likeliest class other than the first ('none'), and the probability that it is any but the first."""
        (_, none), *others = self.scores(head).items()
        return max(others, key=lambda scored: scored[1])[0], 1.0 - none

    def mention(self, head: str, start: int, end: int) -> dict[str, float] | None:
        """Return the probability of each class of a head for what a stretch of the text names; None where it was not read."""
        inside = (self.tokens[:, 0] < end) & (self.tokens[:, 1] > start)
        if not inside.any():
            return None
        asked = self.heads[head]
        return dict(zip(asked.classes, map(float, asked.probabilities(self.states[inside].mean(axis=0))), strict=True))

    def likely_words(self, head: str, label: str, least: float, words: Iterable[tuple[int, int]]) -> Iterator[LikelyWord]:
        """Yield the words, given by their offsets in the text, that have this class at a probability of ``least`` or more."""
        asked = self.heads[head]
        column, starts = asked.classes.index(label), self.tokens[:, 0]
        for start, end in words:
            first, after = np.searchsorted(starts, (start, end))
            if first == after:
                continue
            scores = asked.probabilities(self.states[first:after].mean(axis=0))
            if scores[column] >= least:
                yield LikelyWord(start, end, int(after - first), dict(zip(asked.classes, map(float, scores), strict=True)))

    def word_scores(self, head: str, words: Sequence[tuple[int, int]]) -> Vectors:
        """Return the probability of each class for the words, given by their offsets: a row each, of NaN where it was not read."""
        asked, starts = self.heads[head], self.tokens[:, 0]
        first, after = (np.searchsorted(starts, [place[at] for place in words]) for at in (0, 1))
        sums = np.zeros((len(starts) + 1, len(asked.classes)), np.float32)
        np.cumsum(self.states @ asked.weights.T, axis=0, out=sums[1:])
        counts = np.where(after > first, after - first, np.nan)[:, None]
        logits = ((sums[after] - sums[first]) / counts + asked.bias) / asked.temperature
        raised = np.exp(logits - logits.max(axis=1, keepdims=True))
        return raised / raised.sum(axis=1, keepdims=True)

    def weight(self, head: str, label: str, start: int, end: int) -> float:
        """Return how strongly a stretch of the text supports this class: the mean over its tokens; minus infinity if none."""
        asked = self.heads[head]
        direction = asked.weights[asked.classes.index(label)] - asked.weights[0]
        inside = (self.tokens[:, 0] >= start) & (self.tokens[:, 0] < end)
        return float((self.states[inside] @ direction).mean()) if inside.any() else float("-inf")


class Reader:
    """Runs the model; a ``ConfigurationFailure`` when its files are missing or cannot be loaded, never a silent fallback."""

    def __init__(self, folder: Path = FOLDER, threads: int = 1) -> None:
        self._folder = folder
        self._threads = threads
        self._tokens = Recent(self._tokenized, _MOST_KEPT)

    def read(self, line: ReaderInput) -> Reading:
        """Read the first 72 tokens of the text, the last 24 of its context and the last 20 of the caller's line before.

        Lines are read one by one: in batches the rounding would depend on the other lines, and on one core it saves nothing.
        """
        text, lead = self._tokens.of(line.text[:_TEXT_CHARACTERS]), [_START]
        for before, most in ((line.earlier, EARLIER_TOKENS), (line.context, CONTEXT_TOKENS)):
            lead += [*self._tokens.of(before[-_CONTEXT_CHARACTERS:]).ids[-most:], _STOP]
        ids = [*lead, *text.ids[:TEXT_TOKENS], _STOP]
        states = self._states(ids, len(lead))
        return Reading(states.mean(axis=0), np.array(text.offsets[:TEXT_TOKENS], np.int32).reshape(-1, 2), states[:-1], self.heads)

    def _tokenized(self, text: str) -> Tokenized:
        found = self._tokenizer.encode(text.encode("utf-8", "replace").decode("utf-8"), add_special_tokens=False)
        return Tokenized(found.ids, found.offsets)

    def _states(self, ids: Sequence[int], text_at: int) -> Vectors:
        """Return one row for each token of the text and the mark at its end."""
        kinds = (np.arange(len(ids)) >= text_at).astype(np.int64)[None]
        return self._session.run(None, {"ids": np.array([ids], np.int64), "kinds": kinds})[0][0]

    @cached_property
    def heads(self) -> dict[str, Head]:
        return read_heads(self._folder / "heads.npz")

    @cached_property
    def _tokenizer(self) -> Any:
        return load_tokenizer(self._folder, "reader", _REMEDY)

    @cached_property
    def _session(self) -> Any:
        return load_session(self._folder, "reader", _REMEDY, self._threads)


@cache
def shared_reader() -> Reader:
    """Return the reader of this process, loaded at the first use."""
    return Reader()
