"""Spread calls over a day: business hours heavy, nights and weekends quiet, and without long gaps that mean nothing.

Arrivals are stratified: one at a random place of each equal share of the day's calls. Independent arrivals would leave, a few times
a month, a gap so long that a rule on silence is right to fire, and a history whose expectation says quiet must not hold one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from random import Random
from zoneinfo import ZoneInfo

WEEKDAYS = (1.3, 1.3, 1.3, 1.3, 1.3, 0.3, 0.2)
"""Calls of a day, Monday first, as times the mean of a week; they add up to 7."""
HOURS = (
    *(0.2, 0.1, 0.1, 0.1, 0.1, 0.2, 0.7, 2.5),
    *(8.0, 10.5, 11.0, 10.5, 9.0, 10.5, 11.0, 10.5),
    *(8.0, 3.5, 1.5, 1.0, 0.7, 0.4, 0.3, 0.1),
)
"""Weight of each local hour, from midnight; 93 in 100 calls come between 8 and 18, as with business callers of one country."""
_PASSED = (0.0, *(passed / sum(HOURS) for passed in accumulate(HOURS)))


def calls_on(day: date, per_day: int) -> int:
    """Return how many calls start on a day of a history with ``per_day`` calls a day on the mean of a week."""
    return round(per_day * WEEKDAYS[day.weekday()])


def calls_of(first_day: date, days: int, per_day: int) -> int:
    """Return how many calls start on the days of a history, before incidents take any."""
    return sum(calls_on(first_day + timedelta(days=number), per_day) for number in range(days))


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return when a local day begins, in UTC."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def starts_on(day: date, zone: ZoneInfo, per_day: int, random: Random) -> Iterator[datetime]:
    """Yield when the calls of a local day start, in order, in UTC and whole milliseconds."""
    count, begin = calls_on(day, per_day), midnight(day, zone)
    for index in range(count):
        yield begin + timedelta(milliseconds=round(_hours_at((index + random.random()) / count) * 3_600_000))


def _hours_at(share: float) -> float:
    """Return the hour of the day by which this share of the day's calls has come."""
    hour = min(bisect_right(_PASSED, share), len(HOURS)) - 1
    return hour + min(1.0, (share - _PASSED[hour]) / (_PASSED[hour + 1] - _PASSED[hour]))
