"""Group texts of one call that say the same, for repeated questions and repeated searches (spec 3.4, 3.7)."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz, process
from rapidfuzz.utils import default_process


def clusters(texts: Sequence[str], similar: float, least_words: int) -> list[list[int]]:
    """Return the positions of similar texts as clusters, every position in one, in order of first appearance.

    A text joins the cluster whose first text is the most similar, with a score of ``similar`` (0-100) or more. One shorter than
    ``least_words`` only joins an equal one, since 'And now?' resembles everything.
    """
    groups: list[list[int]] = []
    heads: list[str] = []
    homes: list[int] = []
    equal: dict[str, int] = {}
    for position, text in enumerate(map(default_process, texts)):
        long = len(text.split()) >= least_words
        match = process.extractOne(text, heads, scorer=fuzz.token_sort_ratio, score_cutoff=similar) if long else None
        home = equal.get(text) if match is None else homes[match[2]]
        if home is not None and text:
            groups[home].append(position)
            continue
        equal[text] = len(groups)
        if long:
            heads.append(text)
            homes.append(len(groups))
        groups.append([position])
    return groups
