"""Which texts of one call say the same: the base of repeated questions and repeated searches (spec 3.4, 3.7)."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz
from rapidfuzz.utils import default_process


def clusters(texts: Sequence[str], similar: float, least_words: int) -> list[list[int]]:
    """Positions of alike texts, every position in one cluster, in order of first appearance.

    A text joins the first cluster whose first text scores ``similar`` (0-100) or more with it; one shorter than
    ``least_words`` only joins an equal one, since 'And now?' resembles everything.
    """
    processed = [default_process(text) for text in texts]
    groups: list[list[int]] = []
    for position, text in enumerate(processed):
        home = next((group for group in groups if alike(processed[group[0]], text, similar, least_words)), None)
        if home is None:
            groups.append([position])
        else:
            home.append(position)
    return groups


def alike(first: str, second: str, similar: float, least_words: int) -> bool:
    """Of texts already lower-cased and stripped of punctuation."""
    if not first or not second:
        return False
    if min(len(first.split()), len(second.split())) < least_words:
        return first == second
    return fuzz.token_sort_ratio(first, second, score_cutoff=similar) >= similar
