"""A day of the business zone as a half-open span of UTC. Around a change of the clocks it has 23 or 25 hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo


@dataclass(frozen=True)
class TimeSpan:
    """From ``start`` up to but not including ``end``, both aware and in UTC."""

    start: datetime
    end: datetime

    def parameters(self) -> dict[str, datetime]:
        """Bounds for a query: the warehouse keeps naive UTC."""
        return {"span_start": self.start.replace(tzinfo=None), "span_end": self.end.replace(tzinfo=None)}


def days_until(last: date, days: int, zone: tzinfo) -> TimeSpan:
    """The ``days`` business days of which ``last`` is the last."""
    return TimeSpan(_midnight(last - timedelta(days=days - 1), zone), _midnight(last + timedelta(days=1), zone))


def day_span(day: date, zone: tzinfo) -> TimeSpan:
    return days_until(day, 1, zone)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)


def week_span(monday: date, zone: tzinfo) -> TimeSpan:
    """Return the seven business days from ``monday`` on."""
    return days_until(monday + timedelta(days=6), 7, zone)


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())
