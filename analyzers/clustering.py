"""Group texts of one call that say the same, for repeated questions and repeated searches (spec 3.4, 3.7)."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz, process
from rapidfuzz.utils import default_process

MOST_HEADS = 200
"""Clusters a text is compared with, the latest first met: a call of an hour has fewer different questions, and comparing with
every one before took 13 s for 4,000 questions."""
MOST_CHARACTERS = 600
"""Characters of a text that is compared at all, some 100 words: comparing two texts takes the product of their lengths."""


def clusters(texts: Sequence[str], similar: float, least_words: int) -> list[list[int]]:
    """Return the positions of similar texts as clusters, every position in one, in order of first appearance.

    A text joins the cluster whose first text is the most similar, with a score of ``similar`` (0-100) or more. One shorter than
    ``least_words`` only joins an equal one, since 'And now?' resembles everything; so does one of more than ``MOST_CHARACTERS``.
    Only the latest ``MOST_HEADS`` clusters are compared, so that the time grows with the number of texts and not with its square.
    """
    groups: list[list[int]] = []
    heads: list[str] = []
    homes: list[int] = []
    equal: dict[str, int] = {}
    for position, text in enumerate(map(default_process, texts)):
        long = len(text) <= MOST_CHARACTERS and len(text.split()) >= least_words
        match = process.extractOne(text, heads, scorer=fuzz.token_sort_ratio, score_cutoff=similar) if long else None
        home = equal.get(text) if match is None else homes[match[2]]
        if home is not None and text:
            groups[home].append(position)
            continue
        equal[text] = len(groups)
        if long:
            heads.append(text)
            homes.append(len(groups))
            del heads[:-MOST_HEADS], homes[:-MOST_HEADS]
        groups.append([position])
    return groups
