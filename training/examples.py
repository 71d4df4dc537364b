"""Training lines of ``data/training/*.yml`` and their spoken variants."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import yaml

from contract.settings import PROJECT_ROOT

FOLDER = PROJECT_ROOT / "data" / "training"

_FILLERS = ("um", "uh", "well", "so", "i mean", "you know", "like", "yeah", "okay so", "honestly", "look")
_DROPPED = 0.1


class Example(NamedTuple):
    """``group`` is the line it was varied from: variants of one line never fall on both sides of a split."""

    text: str
    label: str
    group: int


def read_examples(path: Path) -> list[Example]:
    """The lines of one head's file, ``{class: [lines]}``, in order of the file."""
    classes: dict[str, list[str]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    pairs = [(line, label) for label, lines in classes.items() for line in dict.fromkeys(lines)]
    return [Example(line, str(label), group) for group, (line, label) in enumerate(pairs)]


def with_variants(examples: list[Example], seed: int) -> list[Example]:
    """Each line as written, as a recogniser without punctuation writes it, with a filler, and with words lost."""
    chance = random.Random(seed)  # noqa: S311
    return [varied for example in examples for varied in _variants(example, chance)]


def _variants(example: Example, chance: random.Random) -> Iterator[Example]:
    yield example
    plain = re.sub(r"[^\w' ]+", " ", example.text.lower())
    plain = " ".join(plain.split())
    yield example._replace(text=plain)
    yield example._replace(text=f"{chance.choice(_FILLERS)} {plain}")
    words = plain.split()
    if len(words) > 4:
        yield example._replace(text=" ".join(w for w in words if chance.random() > _DROPPED))
