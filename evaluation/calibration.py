"""Measure the calibration of confidences: of facts claimed at 0.8, 80 % should be right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from evaluation.scores import Claim

BINS = 10
"""Bins of a reliability table: tenths, as the accuracy page shows them."""


class Bin(NamedTuple):
    """Hold the claims whose confidence lies from ``low`` to ``high``: their mean confidence, and the share that is right."""

    low: float
    high: float
    n: int
    confidence: float | None
    right: float | None


def brier(claims: Sequence[Claim]) -> float | None:
    """Return the Brier score, the mean squared distance of confidence from truth: 0 is perfect, a constant 0.5 gets 0.25."""
    return round(sum((c.confidence - c.right) ** 2 for c in claims) / len(claims), 4) if claims else None


def calibration_error(bins: Iterable[Bin]) -> float | None:
    """Return the expected calibration error (0-1): the mean distance of confidence from the share that is right, over claims."""
    filled = [(b.n, abs(b.confidence - b.right)) for b in bins if b.confidence is not None and b.right is not None]
    total = sum(n for n, _ in filled)
    return round(sum(n * distance for n, distance in filled) / total, 4) if total else None


def reliability(claims: Sequence[Claim]) -> list[Bin]:
    """Group claims into ten bins of equal width; a confidence of 1 belongs to the last."""
    return [_bin(at, [c for c in claims if min(BINS - 1, int(c.confidence * BINS)) == at]) for at in range(BINS)]


def _bin(at: int, claims: Sequence[Claim]) -> Bin:
    low, high = at / BINS, (at + 1) / BINS
    if not claims:
        return Bin(low, high, 0, None, None)
    n = len(claims)
    return Bin(low, high, n, round(sum(c.confidence for c in claims) / n, 4), round(sum(c.right for c in claims) / n, 4))
