"""Group questions that ask the same in other words, with as many groups as the questions themselves show (spec 3.4, 3.7)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from analyzers.clustering import clusters
from analyzers.language.sentence_encoder import SentenceEncoder, Vectors, shared_encoder
from analyzers.targets import ContentTargets

Tree = NDArray[np.float64]
"""Merges of a hierarchical clustering, as SciPy gives them: two branches, their distance and the rows beneath."""
MOST_READ = 60
"""Different questions of one call whose meaning is read, the latest: a long call has about 20, and each takes some 4 ms."""


def question_groups(texts: Sequence[str], limits: ContentTargets, encoder: SentenceEncoder | None = None) -> list[list[int]]:
    """Return the positions of alike questions of a call as groups, every position in one, in order of first appearance.

    Questions in much the same words are one; of the rest, those that mean the same. One of fewer than ``similar_words`` words,
    which means little without the talk around it, only joins an equal one.
    """
    worded = clusters(texts, limits.similar, limits.similar_words)
    read = [at for at, group in enumerate(worded) if len(texts[group[0]].split()) >= limits.similar_words][-MOST_READ:]
    if len(read) < 2:
        return worded
    vectors = (encoder or shared_encoder()).vectors([texts[worded[at][0]] for at in read])
    merged = {at: [at] for at in range(len(worded)) if at not in set(read)}
    for group in groups_by_meaning(vectors, limits.meaning_distance, limits.same_question):
        merged[read[group[0]]] = [read[position] for position in group]
    return [sorted(position for at in merged[first] for position in worded[at]) for first in sorted(merged)]


def themes(texts: Sequence[str], limits: ContentTargets, encoder: SentenceEncoder | None = None) -> list[list[int]]:
    """Return the positions of questions of many calls that have one theme as groups, in order of first appearance."""
    return groups_by_meaning((encoder or shared_encoder()).vectors(texts), limits.meaning_distance, limits.same_theme)


def groups_by_meaning(vectors: Vectors, distance: float, cosine: float) -> list[list[int]]:
    """Return the rows of alike vectors as groups, in order of first appearance; nobody says how many there are.

    Ward's tree is cut from the top: a branch is one group when its last merge was not farther than ``distance`` and the mean
    cosine between the two that merged is ``cosine`` or more. The first bounds themes among thousands; the second tells two
    questions of one call apart, where Ward's distance is never above 2. Memory grows with the square of the rows: 4,000 take
    64 MB.
    """
    if len(vectors) < 2:
        return [[row] for row in range(len(vectors))]
    from scipy.cluster.hierarchy import linkage

    tree = linkage(vectors.astype(np.float64), "ward")
    return sorted(_cut(tree, vectors, distance, cosine))


def _cut(tree: Tree, vectors: Vectors, distance: float, cosine: float) -> list[list[int]]:
    rows = len(vectors)
    members = [[row] for row in range(rows)]
    whole = [True] * rows
    sums = list(vectors.astype(np.float64))
    for first, second, merged, _ in tree.tolist():
        left, right = int(first), int(second)
        alike = float(sums[left] @ sums[right]) / (len(members[left]) * len(members[right]))
        members.append(members[left] + members[right])
        sums.append(sums[left] + sums[right])
        whole.append(merged <= distance and alike >= cosine)
    return _topmost(tree, members, whole)


def _topmost(tree: Tree, members: Sequence[list[int]], whole: Sequence[bool]) -> list[list[int]]:
    """Return the largest branches that are one group, from the root down."""
    found: list[list[int]] = []
    rows, waiting = len(tree) + 1, [len(members) - 1]
    while waiting:
        branch = waiting.pop()
        if whole[branch]:
            found.append(sorted(members[branch]))
        else:
            waiting += [int(tree[branch - rows, 0]), int(tree[branch - rows, 1])]
    return found
