"""How probable it is that no call begins for so long, from the calls of the same hours of the weeks before (spec README, 7.1)."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from orchestration.alerts.timeline import HOUR, Timeline, hour_of

_DAY = timedelta(days=1)  # from an hour to the same hour of the day before
_DAYS_IN_PLACE_OF_WEEKS = 7
"""Days that are looked at before the history is a week long."""
_LONGEST = timedelta(days=7)
"""No silence is counted over more: it is improbable long before."""


def expected_starts(timeline: Timeline, since: datetime, now: datetime, weeks: int) -> float:
    """Return how many calls would have begun meanwhile, on the mean of the same hours before; 0 without any history."""
    return sum(share * calls / hours for share, calls, hours in _of_hours(timeline, since, now, weeks) if hours)


def probability(timeline: Timeline, since: datetime, now: datetime, weeks: int) -> float:
    """Return the probability that none begins in this time when calls come as in the same hours before; 1 without any history.

    That rate is itself an estimate from few calls: with ``k`` calls in ``w`` such hours, none comes in a share ``t`` of an hour
    with probability ``(w / (w + t)) ** k``, which is more than ``exp(-k t / w)``.
    """
    return math.exp(
        -sum(calls * math.log1p(share / hours) for share, calls, hours in _of_hours(timeline, since, now, weeks) if hours)
    )


def _of_hours(timeline: Timeline, since: datetime, now: datetime, weeks: int) -> list[tuple[float, int, int]]:
    """Return for each hour between the moments its share in it, and how many calls began in how many such hours before."""
    found: list[tuple[float, int, int]] = []
    start = max(since, now - _LONGEST)
    while start < now:
        end = min(hour_of(start) + HOUR, now)
        found.append(((end - start) / HOUR, *_before(timeline, start, weeks)))
        start = end
    return found


def _before(timeline: Timeline, moment: datetime, weeks: int) -> tuple[int, int]:
    first = timeline.first_start
    if first is None:
        return 0, 0
    hours = [hour for hour in timeline.same_hours(moment, weeks) if hour >= first]
    if not hours:
        weekend = _is_weekend(timeline, moment)
        days = (hour_of(moment) - number * _DAY for number in range(1, _DAYS_IN_PLACE_OF_WEEKS + 1))
        hours = [day for day in days if day >= first and _is_weekend(timeline, day) == weekend]
    return sum(timeline.starts_by_hour[hour] for hour in hours), len(hours)


def _is_weekend(timeline: Timeline, moment: datetime) -> bool:
    return moment.astimezone(timeline.zone).isoweekday() > 5  # ISO, 6 is Saturday
