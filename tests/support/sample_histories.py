"""Sample histories for tests: a plan from a few incidents, in the first week of June 2026, whose first day is a Monday."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from orchestration.sample_history.history import plan_history
from orchestration.sample_history.incidents import IncidentsFile
from orchestration.sample_history.planning import HistoryPlan

NOW = datetime(2026, 7, 1, tzinfo=UTC)
MONDAY = date(2026, 6, 1)


def incident(kind: str, start: str = "10:00", end: str = "12:00", **parameters: Any) -> dict[str, Any]:
    """An incident of the Monday, named for its kind."""
    times = {"start": f"{MONDAY}T{start}", "end": f"{MONDAY}T{end}"}
    return {"name": kind.replace("_", "-"), "kind": kind, **times, **parameters}


def plan_of(*incidents: dict[str, Any], days: int = 1, per_day: int = 45, seed: int = 1) -> HistoryPlan:
    file = IncidentsFile.model_validate({"first_day": MONDAY, "incidents": incidents})
    return plan_history(file, days, per_day, seed, NOW)
