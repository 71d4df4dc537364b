"""Turn a sentence into a vector by its meaning: two sentences that mean the same have vectors that point the same way.

The model (``data/encoder``) is a MiniLM of six layers that was trained for this by others, int8, on the CPU. The reader's own
vectors (``analyzers.language.reader``) do not serve: tuning for what callers say in sales made all their questions alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzers.language.onnx_files import load_session, load_tokenizer
from analyzers.language.recent import Recent
from contract.platform.settings import PROJECT_ROOT

FOLDER = PROJECT_ROOT / "data" / "encoder"
WIDTH = 384
"""Numbers of a vector, as the model gives them."""
MOST_TOKENS = 128
"""Tokens of a sentence that are read, some 100 words; the model was trained with as many."""
_MOST_CHARACTERS = 1000
"""Characters that are tokenized: more than the tokens can cover, and a bound for endless speech."""
_MOST_KEPT = 2000
"""Vectors that are kept, 3 MB: the sentences of some 200 calls, after which what agents say comes again."""
_START, _STOP = 101, 102
"""Ids of ``[CLS]`` and ``[SEP]`` in the vocabulary of ``data/encoder/tokenizer.json``."""
_REMEDY = "Restore data/encoder from the repository or run python -m training.sentence_encoder."

Vectors = NDArray[np.float32]


class SentenceEncoder:
    """Runs the model; a ``ConfigurationFailure`` when its files are missing or cannot be loaded, never a silent fallback."""

    def __init__(self, folder: Path = FOLDER, threads: int = 1) -> None:
        self._folder = folder
        self._threads = threads
        self._recent = Recent(self._vector, _MOST_KEPT)

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Return one row of length 1 for each text.

        Texts are read one by one: in batches the rounding of eight bits would depend on the other texts. The latest vectors are
        kept: of the sentences of golden calls a quarter come again, mostly questions that two reports compare.
        """
        if not texts:
            return np.zeros((0, WIDTH), np.float32)
        return np.stack([self._recent.of(text) for text in texts])

    def _vector(self, text: str) -> Vectors:
        clean = text[:_MOST_CHARACTERS].encode("utf-8", "replace").decode("utf-8")
        ids = self._tokenizer.encode(clean, add_special_tokens=False).ids[:MOST_TOKENS]
        states = self._session.run(None, {"ids": np.array([[_START, *ids, _STOP]], np.int64)})[0][0]
        mean = states.mean(axis=0)
        return mean / np.linalg.norm(mean)

    @cached_property
    def _tokenizer(self) -> Any:
        return load_tokenizer(self._folder, "encoder", _REMEDY)

    @cached_property
    def _session(self) -> Any:
        return load_session(self._folder, "encoder", _REMEDY, self._threads)


@cache
def shared_encoder() -> SentenceEncoder:
    """Return the encoder of this process, loaded at the first use."""
    return SentenceEncoder()
