"""Generate a sample history, day by day: what was said and measured, and when the platform would have known it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from contract.platform.failures import ConfigurationFailure
from orchestration.sample_history.documents import document_of, known_at, start_marker
from orchestration.sample_history.incidents import IncidentsFile, LateDelivery, QueueBacklog
from orchestration.sample_history.planning import HistoryPlan, PlannedCall, planned_calls
from orchestration.sample_history.samples import CallTimes, Sample, samples
from orchestration.sample_history.volume import midnight


@dataclass(frozen=True)
class KnownDocument:
    """A session document, and when the platform would have known it."""

    document: dict[str, Any]
    known_at: datetime


@dataclass(frozen=True)
class HistoryDay:
    """One local day. Documents are built while they are read, so that a day of any size takes little memory."""

    day: date
    calls: list[PlannedCall]
    samples: list[Sample]
    seed: int

    def documents(self) -> Iterator[KnownDocument]:
        return (KnownDocument(document_of(call, self.seed), known_at(call, self.seed)) for call in self.calls)

    def starts(self) -> Iterator[dict[str, Any]]:
        return map(start_marker, self.calls)


def plan_history(file: IncidentsFile, days: int, per_day: int, seed: int, now: datetime) -> HistoryPlan:
    """Return the plan of a history.

    Raises ``ConfigurationFailure`` when the history would not be over by ``now``, or an incident lies outside it.
    """
    zone = file.hours_zone
    first_day = file.first_day or now.astimezone(zone).date() - timedelta(days=days)
    begin, end = midnight(first_day, zone), midnight(first_day + timedelta(days=days), zone)
    if end > now:
        raise ConfigurationFailure(f"The history would end after now, on {end.date()}.", "Take an earlier first_day or fewer days.")
    outside = [incident.name for incident in file.incidents if incident.start < begin or incident.end > end]
    if outside:
        raise ConfigurationFailure(
            f"The incidents file is wrong: {outside[0]} lies outside the history.", "Correct its times, first_day or --days."
        )
    return HistoryPlan(first_day, days, per_day, seed, file)


def history_days(plan: HistoryPlan) -> Iterator[HistoryDay]:
    """Yield the days of a history in order; equal plans yield equal days."""
    before: list[PlannedCall] = []
    for number in range(plan.days):
        day = plan.first_day + timedelta(days=number)
        calls = planned_calls(plan, day)
        yield HistoryDay(day, calls, _samples(plan, day, [*before, *calls]), plan.seed)
        before = calls


def _samples(plan: HistoryPlan, day: date, calls: list[PlannedCall]) -> list[Sample]:
    """Return the day's samples; ``calls`` are also those of the day before, which may still be under way after midnight."""
    zone = plan.file.hours_zone
    undelayed = [call for call in calls if not any(isinstance(i, QueueBacklog | LateDelivery) for i, _ in call.incidents)]
    times = CallTimes(
        [call.start for call in calls],
        [call.end for call in calls],
        [(call.end, known_at(call, plan.seed)) for call in undelayed],
    )
    return list(samples(midnight(day, zone).astimezone(UTC), midnight(day + timedelta(days=1), zone), times, plan.file.incidents))
