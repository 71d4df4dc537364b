"""Classify an utterance with linear heads over the model's vectors: a calibrated probability per class.

The first class of each head means 'nothing of the kind'. Trained by ``python -m training.reader``; weights and model card lie in
``data/reader``.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from contract.platform.failures import ConfigurationFailure

Vectors = NDArray[np.float32]

HEADS: Mapping[str, tuple[str, ...]] = {
    "objection": ("none", "pricing", "features", "timing", "trust"),
    "severity": ("concern", "blocker"),
    "feature": ("none", "nice", "must"),
    "link": ("no", "yes"),
    "buying": ("none", "weak", "medium", "strong"),
    "authority": ("none", "decision_maker", "influencer", "needs_approval"),
    "others": ("no", "yes"),
    "when": ("none", "this_week", "this_month", "this_quarter", "next_quarter", "evaluating"),
    "urgency": ("none", "low", "medium", "high"),
    "promise": ("no", "yes"),
    "pain": ("no", "yes"),
    "barrier": ("no", "yes"),
    "reply": ("neither", "accepts", "rejects"),
    "mood": ("neutral", "negative", "positive"),
    "rival": ("none", "neutral", "positive", "negative"),
    "context": ("current", "considering", "past", "comparison"),
    "question": ("no", "yes"),
    "use_case": (
        "none",
        "proposals",
        "contracts",
        "quotes",
        "ndas",
        "hr_documents",
        "invoices",
        "onboarding",
        "other",
    ),
    "goodbye": ("no", "yes"),
    "money": ("no", "yes"),
    "declines": ("no", "yes"),
    "complaint": ("no", "yes"),
    "condition": ("no", "yes"),
}
"""Questions asked of a whole piece of what the caller says."""

MENTION_HEADS: Mapping[str, tuple[str, ...]] = {
    "relation": ("other", "now", "past", "considering", "comparison", "want", "beside"),
    "liking": ("neutral", "positive", "negative"),
    "figure": (
        "other",
        "people",
        "day",
        "week",
        "month",
        "quarter",
        "year",
        "each_day",
        "each_week",
        "each_month",
        "peak",
        "low",
    ),
    "person": ("other", "user", "gatekeeper", "decision_maker"),
}
"""Questions asked of a product that is named (what it is to the caller, how they are minded toward it), of a figure (what it
counts: the caller's people, or documents in a span of time) and of a word (whether it names somebody on the caller's side who
decides, approves or uses), answered by the words that name it."""


@dataclass(frozen=True)
class Head:
    """Implements a multinomial logistic regression; ``temperature`` divides the logits so that probabilities are calibrated."""

    name: str
    classes: tuple[str, ...]
    weights: Vectors
    bias: Vectors
    temperature: float = 1.0

    def probabilities(self, vector: Vectors) -> Vectors:
        """Return one probability per class."""
        logits = (self.weights @ vector + self.bias) / self.temperature
        raised = np.exp(logits - logits.max())
        return raised / raised.sum()


def read_heads(path: Path) -> dict[str, Head]:
    """Read every head of a weights file, by name."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            names = sorted({key.partition(".")[0] for key in arrays.files})
            return {name: _head(name, arrays) for name in names}
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise ConfigurationFailure(
            f"The trained heads {path.name} cannot be read from {path.parent.name}.",
            "Restore the file from the repository or run python -m training.reader.",
        ) from error


def write_heads(heads: Mapping[str, Head], path: Path) -> None:
    """Write heads as plain arrays of half precision: no pickle is ever read at run time."""
    arrays: dict[str, NDArray[np.generic]] = {}
    for head in heads.values():
        arrays[f"{head.name}.classes"] = np.array(head.classes)
        arrays[f"{head.name}.weights"] = head.weights.astype(np.float16)
        arrays[f"{head.name}.bias"] = head.bias.astype(np.float32)
        arrays[f"{head.name}.temperature"] = np.array(head.temperature, np.float32)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as target:
        np.savez(target, **arrays)  # pyright: ignore[reportArgumentType]


def _head(name: str, arrays: Mapping[str, NDArray[np.generic]]) -> Head:
    classes = tuple(str(label) for label in arrays[f"{name}.classes"])
    weights, bias = arrays[f"{name}.weights"].astype(np.float32), arrays[f"{name}.bias"].astype(np.float32)
    return Head(name, classes, weights, bias, float(arrays[f"{name}.temperature"]))
