"""Heads come out the same each time, lines and their variants are never split, and calibration does not make matters worse."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from analyzers.language.encoder import Encoder
from analyzers.language.encoder.heads import read_heads
from training.examples import read_examples, with_variants
from training.heads import train, write

LINES = """
glad: [what a lovely surprise, I adore it, splendid work by everyone, this delights me, we are overjoyed, such a pleasure]
sad: [what an awful mess, I loathe it, dreadful work by everyone, this upsets me, we are heartbroken, such a misery]
"""


def test_training_twice_gives_the_same_weights_and_they_survive_the_file(tmp_path: Path) -> None:
    (tmp_path / "mood.yml").write_text(LINES, encoding="utf-8")
    examples, encoder = read_examples(tmp_path / "mood.yml"), Encoder()
    first, second = (train("mood", examples, encoder) for _ in range(2))
    assert (first.head.weights == second.head.weights).all()
    assert first.head.temperature == second.head.temperature
    assert first.calibrated_loss <= first.loss + 1e-6
    write([first], tmp_path / "heads.npz")
    (read,) = read_heads(tmp_path / "heads.npz")
    assert (read.name, read.classes) == ("mood", ("glad", "sad"))
    assert np.array_equal(read.weights, first.head.weights)


def test_variants_keep_label_and_group_of_their_line(tmp_path: Path) -> None:
    (tmp_path / "mood.yml").write_text(LINES, encoding="utf-8")
    examples = read_examples(tmp_path / "mood.yml")
    varied = with_variants(examples, seed=1)
    assert varied == with_variants(examples, seed=1)
    assert len(varied) >= 3 * len(examples)
    assert {(v.group, v.label) for v in varied} == {(e.group, e.label) for e in examples}
