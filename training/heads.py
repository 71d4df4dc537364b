"""Trains the linear heads from ``data/training`` and writes ``data/heads``: ``python -m training.heads``.

Deterministic: the same lines give the same weights. Scores are five-fold over the lines (their variants stay on the same
side), at the strength of regularisation chosen there; the temperature is fitted on the held-out folds.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, log_loss
from sklearn.model_selection import GroupKFold

from analyzers.language.encoder.encoder import Encoder, Vectors
from analyzers.language.encoder.heads import WEIGHTS, Head
from training.examples import FOLDER, Example, read_examples, with_variants

SEED = 7
FOLDS = 5
STRENGTHS = (3.0, 10.0, 30.0)


@dataclass(frozen=True)
class Trained:
    """A head with its held-out scores over ``lines`` lines: accuracy, macro F1, log loss before and after calibration."""

    head: Head
    lines: dict[str, int]
    strength: float
    accuracy: float
    macro_f1: float
    loss: float
    calibrated_loss: float


def train(name: str, examples: list[Example], encoder: Encoder) -> Trained:
    """One head from its lines; the strength with the best held-out loss is kept."""
    varied = with_variants(examples, SEED)
    vectors = encoder.encode([example.text for example in varied])
    labels = np.array([example.label for example in varied])
    groups = np.array([example.group for example in varied])
    held = {strength: _held_out(vectors, labels, groups, strength) for strength in STRENGTHS}
    classes = np.unique(labels)
    truth = np.searchsorted(classes, labels)
    best = min(STRENGTHS, key=lambda strength: log_loss(truth, _softmax(held[strength])))
    logits = held[best]
    temperature = _temperature(logits, truth)
    model = _model(best).fit(vectors, labels)
    weights, bias = _per_class(model)
    guessed = logits.argmax(axis=1)
    return Trained(
        head=Head(name, tuple(str(c) for c in classes), weights, bias, temperature),
        lines={str(c): sum(example.label == c for example in examples) for c in classes},
        strength=best,
        accuracy=float((guessed == truth).mean()),
        macro_f1=float(f1_score(truth, guessed, average="macro")),
        loss=float(log_loss(truth, _softmax(logits))),
        calibrated_loss=float(log_loss(truth, _softmax(logits / temperature))),
    )


def _model(strength: float) -> LogisticRegression:
    return LogisticRegression(C=strength, max_iter=2000, class_weight="balanced")


def _held_out(vectors: Vectors, labels: NDArray[Any], groups: NDArray[Any], strength: float) -> NDArray[Any]:
    """Logits of each line by a model that saw neither it nor its variants."""
    logits = np.zeros((len(labels), len(np.unique(labels))))
    for known, unseen in GroupKFold(FOLDS, shuffle=True, random_state=SEED).split(vectors, labels, groups):
        weights, bias = _per_class(_model(strength).fit(vectors[known], labels[known]))
        logits[unseen] = vectors[unseen] @ weights.T + bias
    return logits


def _per_class(model: LogisticRegression) -> tuple[Vectors, Vectors]:
    """Two classes share one row of weights in scikit-learn; here every class has its own."""
    weights, bias = np.asarray(model.coef_), np.asarray(model.intercept_)
    if len(weights) == 1:
        weights, bias = np.vstack([-weights, weights]) / 2, np.concatenate([-bias, bias]) / 2
    return weights.astype(np.float32), bias.astype(np.float32)


def _temperature(logits: NDArray[Any], truth: NDArray[Any]) -> float:
    found = minimize_scalar(lambda t: log_loss(truth, _softmax(logits / t)), bounds=(0.3, 5.0), method="bounded")
    return round(float(found.x), 3)


def _softmax(logits: NDArray[Any]) -> NDArray[Any]:
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


def write(trained: list[Trained], path: Path) -> None:
    """The weights as plain arrays: no pickle is ever read at run time."""
    arrays: dict[str, Any] = {}
    for one in trained:
        arrays[f"{one.head.name}.classes"] = np.array(one.head.classes)
        arrays[f"{one.head.name}.weights"] = one.head.weights
        arrays[f"{one.head.name}.bias"] = one.head.bias
        arrays[f"{one.head.name}.temperature"] = np.float32(one.head.temperature)
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, **arrays)


def main() -> None:
    encoder = Encoder(threads=2, remembered=100_000)
    trained = [train(path.stem, read_examples(path), encoder) for path in sorted(FOLDER.glob("*.yml"))]
    write(trained, WEIGHTS)
    for one in trained:
        lines = ", ".join(f"{label} {count}" for label, count in one.lines.items())
        print(
            f"| {one.head.name} | {lines} | {one.accuracy:.3f} | {one.macro_f1:.3f} | {one.loss:.3f} "
            f"| {one.calibrated_loss:.3f} | {one.strength:g} | {one.head.temperature:.2f} |"
        )


if __name__ == "__main__":
    main()
