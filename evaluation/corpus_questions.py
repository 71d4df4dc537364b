"""Score how well alike questions are grouped, against the intents that people gave them, with the number of groups not told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analyzers.meaning_groups import themes
from analyzers.targets import Targets
from contract.reference import Reference
from evaluation.corpus_lines import IntentQuestion


class GroupScore(NamedTuple):
    """Hold the figures of one set.

    ``accuracy``: share of questions in the group that is matched with their intent, by the best matching of one group to one
    intent; ``nmi``: normalised mutual information (arithmetic mean); ``groups`` were found, ``intents`` labelled.
    """

    accuracy: float
    nmi: float
    groups: int
    intents: int
    questions: int


def group_scores(questions: Sequence[IntentQuestion], reference: Reference) -> dict[str, GroupScore]:
    """Group the questions of each set by themselves and score them."""
    sets: defaultdict[str, list[IntentQuestion]] = defaultdict(list)
    for question in questions:
        sets[question.set].append(question)
    limits = reference.table(Targets).content
    found: dict[str, GroupScore] = {}
    for name, asked in sorted(sets.items()):
        groups = themes([question.text for question in asked], limits)
        found[name] = score([question.label for question in asked], groups)
    return found


def score(labels: Sequence[str], groups: Sequence[Sequence[int]]) -> GroupScore:
    from scipy.optimize import linear_sum_assignment

    table = _contingency(labels, groups)
    rows, columns = linear_sum_assignment(-table)
    accuracy = float(table[rows, columns].sum()) / len(labels)
    return GroupScore(accuracy, _nmi(table), len(groups), table.shape[0], len(labels))


def _contingency(labels: Sequence[str], groups: Sequence[Sequence[int]]) -> NDArray[np.float64]:
    """Return how many questions of each intent (row) each group (column) has."""
    intents: Mapping[str, int] = {label: row for row, label in enumerate(dict.fromkeys(labels))}
    table = np.zeros((len(intents), len(groups)))
    for column, group in enumerate(groups):
        for position in group:
            table[intents[labels[position]], column] += 1
    return table


def _nmi(table: NDArray[np.float64]) -> float:
    shares = table / table.sum()
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    joint = shares[shares > 0]
    mutual = float((joint * np.log(joint / np.outer(rows, columns)[shares > 0])).sum())
    spread = float(-(rows * np.log(rows)).sum() - (columns * np.log(columns)).sum()) / 2
    return mutual / spread if spread else 1.0
