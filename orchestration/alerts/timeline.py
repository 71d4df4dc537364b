"""What alert rules look at, as it was known at some moment: ended calls, starts of calls, and what was seen of queue and services.

Everything is added in the order in which it became known, so that a window is a slice: live and in a replay alike.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import islice

from orchestration.rules.goals import Budgets
from orchestration.state.recent_calls import WatchedCall

HOUR = timedelta(hours=1)  # the unit in which what is normal is summed up
WEEK = timedelta(weeks=1)  # after which calls come alike
Usable = Callable[[WatchedCall], bool]


@dataclass(frozen=True)
class FailedCheck:
    """What a failed check found: how many rows are wrong, None where it could not say, and some of their sessions."""

    count: int | None
    sessions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sample:
    """What was seen at one moment of everything but calls; None where nobody looked.

    ``circuits`` are the APIs that are left alone after failures. ``failing_syncs`` has minutes by destination.
    """

    known_at: datetime
    queue_depth: int | None = None
    queue_age_seconds: float | None = None
    active_calls: int | None = None
    worker_healthy: bool | None = None
    circuits: frozenset[str] | None = None
    dead_letters: int | None = None
    failing_syncs: Mapping[str, float] | None = None
    warehouse_lag_minutes: float | None = None
    failed_checks: Mapping[str, FailedCheck] | None = None


@dataclass
class HourTotals:
    """Sums over the calls that ended in one hour."""

    calls: int = 0
    tokens: int = 0
    minutes: float = 0.0

    def add(self, call: WatchedCall) -> None:
        if call.tokens is not None and call.minutes:
            self.calls, self.tokens, self.minutes = self.calls + 1, self.tokens + call.tokens, self.minutes + call.minutes


@dataclass
class Timeline:
    """``late_after``: what became known later than this after it happened is left out of every window."""

    zone: tzinfo
    late_after: timedelta
    budgets: Budgets
    sample: Sample | None = None
    hours: dict[datetime, HourTotals] = field(default_factory=dict[datetime, HourTotals])
    starts_by_hour: Counter[datetime] = field(default_factory=Counter[datetime])
    rejected: list[WatchedCall] = field(default_factory=list[WatchedCall])
    _ended: list[tuple[datetime, str, WatchedCall]] = field(default_factory=list[tuple[datetime, str, WatchedCall]])
    _known: list[tuple[datetime, str, WatchedCall]] = field(default_factory=list[tuple[datetime, str, WatchedCall]])
    _starts: set[str] = field(default_factory=set[str])
    last_start: datetime | None = None
    first_start: datetime | None = None

    def add_call(self, call: WatchedCall) -> None:
        """Add a call or a rejected document, in the order of ``known_at``; one that became known late only tells what is normal."""
        if call.started_at is not None:
            self.add_start(call.call_key, call.started_at)
        if call.source != "rejected":
            self.hours.setdefault(hour_of(call.ended_at), HourTotals()).add(call)
        if call.known_at - call.ended_at > self.late_after:
            return
        if call.source == "rejected":
            self.rejected.append(call)
            return
        insort(self._ended, (call.ended_at, call.call_key, call))
        insort(self._known, (call.known_at, call.call_key, call))

    def add_start(self, call_key: str, moment: datetime) -> None:
        """Add the start of a call; its marker and its document count once."""
        if call_key in self._starts:
            return
        self._starts.add(call_key)
        self.starts_by_hour[hour_of(moment)] += 1
        self.last_start = max(moment, self.last_start or moment)
        self.first_start = min(moment, self.first_start or moment)

    def ended_within(self, now: datetime, minutes: int) -> list[WatchedCall]:
        first = bisect_right(self._ended, now - timedelta(minutes=minutes), key=lambda entry: entry[0])
        return [call for _, _, call in self._ended[first : bisect_right(self._ended, now, key=lambda entry: entry[0])]]

    def last_ended(self, now: datetime, calls: int, minutes: int, usable: Usable) -> list[WatchedCall]:
        """Return the last usable calls that ended within so many minutes, the newest first."""
        found = (call for call in reversed(self.ended_within(now, minutes)) if usable(call))
        return list(islice(found, calls))

    def known_within(self, start: datetime, end: datetime) -> list[WatchedCall]:
        """Return calls that became known after ``start`` and until ``end``."""
        first = bisect_right(self._known, start, key=lambda entry: entry[0])
        return [call for _, _, call in self._known[first : bisect_right(self._known, end, key=lambda entry: entry[0])]]

    def rejected_within(self, now: datetime, minutes: int) -> list[WatchedCall]:
        first = bisect_left(self.rejected, now - timedelta(minutes=minutes), key=lambda call: call.known_at)
        return self.rejected[first:]

    def valid_sample(self, now: datetime, minutes: int) -> Sample | None:
        return self.sample if self.sample and now - self.sample.known_at <= timedelta(minutes=minutes) else None

    def same_hours(self, moment: datetime, weeks: int) -> list[datetime]:
        """Return the hours of the same weekday and time in the weeks before, by the clock of the business zone."""
        local = moment.astimezone(self.zone).replace(tzinfo=None)
        return [hour_of((local - number * WEEK).replace(tzinfo=self.zone)) for number in range(1, weeks + 1)]


def hour_of(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
