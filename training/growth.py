"""Measure how the verdicts on whole calls grow with the number of writers learnt from: ``python -m training.growth FOLD...``.

It writes ``data/golden/GROWTH.md``, which ``make accuracy`` takes into the accuracy page.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

from contract.reference import Reference
from evaluation.parts import GOLDEN_SCRIPTS
from training.whole_call import VERDICTS, JudgedCall, examples, fitted

GROWTH = GOLDEN_SCRIPTS.parent / "GROWTH.md"
WRITERS = (4, 8, 12)
"""Numbers of writers learnt from: from 4 a word may get a weight; all others than the one judged come last."""
DRAWS = 4
"""Sets of so many writers that are drawn for each writer judged, since some writers teach more than others."""
SEED = 20261130
"""Makes the draws the same in each run."""

INTRODUCTION = """## More writers learnt from

Share of calls whose verdict is right, each writer's calls judged by a model fitted on so many other writers ({draws} draws each,
{calls} calls of {writers} writers; `python -m training.growth FOLD...`). n is the number of judgements.
"""


class Share(NamedTuple):
    right: int
    of: int

    def __str__(self) -> str:
        return f"{self.right / self.of:.2f} ({self.of})"


def growth(name: str, calls: Sequence[JudgedCall], sizes: Sequence[int]) -> dict[int, Share]:
    """Return, by the number of writers learnt from, how many verdicts on writers left out are right."""
    dice, writers = Random(SEED), sorted({call.writer for call in calls})  # noqa: S311 - draws, not secrets
    found: dict[int, Share] = {}
    for size in sizes:
        right = judged = 0
        for writer in writers:
            others = [other for other in writers if other != writer]
            asked = [call for call in calls if call.writer == writer]
            for _ in range(1 if size == len(others) else DRAWS):
                chosen = set(dice.sample(others, size))
                model = fitted(name, [call for call in calls if call.writer in chosen])
                right += sum(_says(model.likelihoods(call.seen)) == VERDICTS[name](call.gold) for call in asked)
                judged += len(asked)
        found[size] = Share(right, judged)
    return found


def _says(chances: Mapping[str, float]) -> str:
    return max(chances, key=lambda label: chances[label])


def page(calls: Sequence[JudgedCall]) -> str:
    writers = len({call.writer for call in calls})
    sizes = (*(size for size in WRITERS if size < writers - 1), writers - 1)
    rows = [["verdict", *map(str, sizes)], ["---"] * (len(sizes) + 1)]
    rows += [[name, *map(str, growth(name, calls, sizes).values())] for name in VERDICTS]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return INTRODUCTION.format(draws=DRAWS, calls=len(calls), writers=writers) + "\n" + table + "\n"


def main(*folders: Path) -> None:
    GROWTH.write_text(page(examples(folders, Reference())), encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
