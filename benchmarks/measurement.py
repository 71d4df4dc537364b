"""Define a measured figure and its lower bound, the part that no program doing the same work could save."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Measurement:
    """Hold one figure. ``floor`` is in the unit of ``value``; ``floor_of`` names its source, ``measured_on`` the input.

    ``wanted`` is the bound that was set for it, in the same unit: the least of a rate (``/s``), the most of anything else.
    """

    part: str
    figure: str
    value: float
    unit: str
    measured_on: str
    floor: float | None = None
    floor_of: str = ""
    wanted: float | None = None

    @property
    def missed(self) -> bool:
        if self.wanted is None:
            return False
        return self.value < self.wanted if self.unit == "/s" else self.value > self.wanted


@dataclass(frozen=True)
class Part:
    """Name a benchmark that can be run by itself: ``measure`` works below an empty folder of its own."""

    name: str
    question: str
    measure: Callable[[Path], list[Measurement]]


def percentile(values: list[float], share: float) -> float:
    """Return the smallest value that at least ``share`` of ``values`` do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * round(share * 100) // 100) - 1)]
