"""Linear heads over sentence vectors: for each question asked of a line, a calibrated probability per class.

Trained by ``python -m training.heads`` from ``data/training``; weights and model card lie in ``data/heads``.

=================== ===============================================
head                classes
=================== ===============================================
sentiment           negative, neutral, positive: the speaker's, about their situation or the call
buying_signal       none, weak, medium, strong
objection           none, pricing, features, timing, trust
feature_request     no, yes
commitment          no, yes
question            none, asked, rhetorical
goodbye             no, yes
urgency             none, low, medium, high
pain                no, yes
acceptance          neither, accepts, rejects: of an answer just given
=================== ===============================================
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from analyzers.language.encoder.encoder import Encoder, Vectors
from contract.failures import ConfigurationFailure
from contract.settings import PROJECT_ROOT

WEIGHTS = PROJECT_ROOT / "data" / "heads" / "heads.npz"

Scores = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class Head:
    """Multinomial logistic regression; ``temperature`` divides the logits so that probabilities mean what they say."""

    name: str
    classes: tuple[str, ...]
    weights: Vectors
    bias: Vectors
    temperature: float

    def probabilities(self, vectors: Vectors) -> Vectors:
        """One row per vector, one column per class."""
        logits = (vectors @ self.weights.T + self.bias) / self.temperature
        raised = np.exp(logits - logits.max(axis=1, keepdims=True))
        return raised / raised.sum(axis=1, keepdims=True)


class Heads:
    """All heads behind one encoder: each line is encoded once, however many heads read it."""

    def __init__(self, encoder: Encoder | None = None, path: Path = WEIGHTS) -> None:
        self.encoder = encoder or Encoder()
        self.heads = {head.name: head for head in read_heads(path)}

    def scores(self, texts: Sequence[str]) -> list[dict[str, dict[str, float]]]:
        """Per text, by head, the probability of each class, to four places."""
        vectors = self.encoder.encode(texts)
        columns = {name: head.probabilities(vectors) for name, head in self.heads.items()}
        return [
            {name: _row(self.heads[name].classes, columns[name][position]) for name in self.heads} for position in range(len(texts))
        ]


@cache
def shared_heads() -> Heads:
    """The heads of this process, loaded at the first use."""
    return Heads()


def scores(texts: Sequence[str]) -> list[dict[str, dict[str, float]]]:
    """Per text ``{head: {class: calibrated probability}}`` by the committed heads; ``ConfigurationFailure`` if they are missing."""
    return shared_heads().scores(texts)


def read_heads(path: Path) -> list[Head]:
    """Every head of a weights file, by name."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            names = sorted({key.partition(".")[0] for key in arrays.files})
            return [_head(name, arrays) for name in names]
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise ConfigurationFailure(
            f"The trained heads {path.name} cannot be read from {path.parent.name}.",
            "Restore the file from the repository or run python -m training.heads.",
        ) from error


def _head(name: str, arrays: Mapping[str, Vectors]) -> Head:
    classes = tuple(str(label) for label in arrays[f"{name}.classes"])
    return Head(name, classes, arrays[f"{name}.weights"], arrays[f"{name}.bias"], float(arrays[f"{name}.temperature"]))


def _row(classes: Sequence[str], values: Vectors) -> dict[str, float]:
    return {label: round(float(value), 4) for label, value in zip(classes, values, strict=True)}
