"""Rows of widgets in the form of ``/api/widgets/<id>``, and the parts that several widgets have in common."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.orchestration.dashboards.figures.call_facts import CallFacts
from tests.orchestration.dashboards.figures.world import World

Row = dict[str, Any]
Rows = list[Row]
NO_FIGURES = ("table", "list")
"""Parts whose rows are shown whatever is in them; of others without any figure nothing is shown."""


@dataclass(frozen=True)
class Expected:
    """Rows by part, and what the first part is made of."""

    parts: Mapping[str, Rows]
    n: int

    def shown(self) -> Mapping[str, Rows]:
        return {name: rows for name, rows in self.parts.items() if rows and (name in NO_FIGURES or any(map(_has_figure, rows)))}


Widget = Callable[[World], Expected]
Values = Callable[[CallFacts], Iterable[float]]


def _has_figure(row: Row) -> bool:
    return any(name != "n" and isinstance(value, int | float) for name, value in row.items())


def utc(at: datetime) -> str:
    return f"{at.replace(tzinfo=None).isoformat()}Z"


def known(value: float | None) -> list[float]:
    return [] if value is None else [value]


def average(calls: Iterable[CallFacts], values: Values) -> Row:
    """The mean of what calls have, and of how many."""
    found = [value for call in calls for value in values(call)]
    return {"value": sum(found) / len(found) if found else None, "n": len(found)}


def average_by_day(calls: Iterable[CallFacts], values: Values) -> Rows:
    return [{"business_day": day, **average(of_day, values)} for day, of_day in by_day(calls)]


def by_day(calls: Iterable[CallFacts]) -> list[tuple[str, list[CallFacts]]]:
    days: dict[str, list[CallFacts]] = defaultdict(list)
    for call in calls:
        days[call.day.isoformat()].append(call)
    return sorted(days.items())


def histogram(values: Iterable[float | None], bucket: Callable[[float], int]) -> Rows:
    counts = Counter(bucket(value) for value in values if value is not None)
    return [{"bucket": lowest, "observations": count} for lowest, count in sorted(counts.items())]


def lowest_of(*bounds: int) -> Callable[[float], int]:
    """Return the bucket of a value, named for the lowest value in it; ``bounds`` ascend."""
    return lambda value: max((bound for bound in bounds if bound <= value), default=bounds[0])


def averaged(part: str, values: Values, **more: Callable[[Sequence[CallFacts]], Rows]) -> Widget:
    """Return a widget of an average over the chosen days, and the same by day as ``part``, unless that is empty."""

    def expected(world: World) -> Expected:
        figure = average(world.chosen, values)
        parts: dict[str, Rows] = {"figure": [figure]}
        if part:
            parts[part] = average_by_day(world.chosen, values)
        return Expected({**parts, **{name: rows(world.chosen) for name, rows in more.items()}}, figure["n"])

    return expected


def share(holds: Callable[[CallFacts], bool], of: Callable[[CallFacts], bool] = lambda _: True) -> Values:
    """Return 1 for a call that holds, 0 for another, nothing for one that does not count."""
    return lambda call: [float(holds(call))] if of(call) else []
