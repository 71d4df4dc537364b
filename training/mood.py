"""Fit the reader's head for moods again: ``python -m training.mood [FOLDER]`` (two minutes) changes that head of its ``heads.npz``.

Callers are rarely plainly glad or angry, so scenes teach few moods; comments of a public corpus teach more, though not how calls
are read otherwise. So the model stays as ``training.reader`` made it, and only this head learns from both.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

from analyzers.language.reader.heads import HEADS, Head, Vectors, read_heads, write_heads
from analyzers.language.reader.reader import FOLDER, Reader
from evaluation.folds import left_out_of
from training.examples import Example, mood_examples, readable_golden, scene_examples

NAME = "mood"
STRENGTH = 0.1
"""Inverse strength of the L2 penalty (scikit-learn's ``C``): of 0.01, 0.1 and 1 the best on lines held out of both."""
ASIDE = 10
"""Every tenth line of either kind is held out for the printed scores."""


def vectors(reader: Reader, examples: Sequence[Example]) -> Vectors:
    return np.array([reader.read(example.line).vector for example in examples], np.float32)


def fitted(seen: Vectors, moods: Sequence[str]) -> Head:
    """Fit the head; its probabilities are those of the regression, so its temperature is 1."""
    model = LogisticRegression(C=STRENGTH, max_iter=3000).fit(seen, np.array(moods))
    order = [list(model.classes_).index(label) for label in HEADS[NAME]]
    return Head(NAME, HEADS[NAME], model.coef_[order].astype(np.float32), model.intercept_[order].astype(np.float32))


def scored(head: Head, seen: Vectors, moods: Sequence[str]) -> float:
    """Return the F1 of the three moods, each weighed by how many lines have it."""
    said = [head.classes[int(head.probabilities(vector).argmax())] for vector in seen]
    return float(f1_score(list(moods), said, average="weighted"))


def main(folder: Path = FOLDER) -> None:
    heads, reader = read_heads(folder / "heads.npz"), Reader(folder)
    calls = [example for example in readable_golden(left_out_of(folder)) if NAME in example.labels]
    kinds = {"scenes": scene_examples(), "comments": mood_examples(), "golden calls": calls}
    seen = {kind: vectors(reader, examples) for kind, examples in kinds.items()}
    moods = {kind: [example.labels[NAME] for example in examples] for kind, examples in kinds.items()}
    learnt = {kind: np.arange(len(of)) % ASIDE > 0 for kind, of in moods.items()}
    head = fitted(
        np.vstack([seen[kind][learnt[kind]] for kind in kinds]),
        [mood for kind in kinds for mood, use in zip(moods[kind], learnt[kind], strict=True) if use],
    )
    for kind in kinds:
        held = [mood for mood, use in zip(moods[kind], learnt[kind], strict=True) if not use]
        before, after = (scored(one, seen[kind][~learnt[kind]], held) for one in (heads[NAME], head))
        print(f"{kind}: weighted F1 {before:.3f} before, {after:.3f} after, of {len(held)} lines held out")
    write_heads(heads | {NAME: head}, folder / "heads.npz")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
