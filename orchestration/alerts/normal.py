"""What is normal: the median of the same hour of the week over some weeks, with a floor and a minimum n."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from statistics import median

from orchestration.alerts.rules import Normal
from orchestration.alerts.timeline import HOUR, HourTotals, Timeline, hour_of


def tokens_a_minute(timeline: Timeline, now: datetime, rule: Normal) -> float | None:
    """Return the normal tokens a minute of conversation; None while fewer than ``minimum_n`` calls tell it.

    Where the same hours of the week hold too few calls, all hours of these weeks tell it: how much a minute of conversation takes
    depends little on the hour, and at few calls a day an hour has none or one.
    """
    same = _known(timeline.hours.get(hour) for hour in timeline.same_hours(now, rule.weeks))
    if sum(hour.calls for hour in same) < rule.minimum_n:
        present, first = hour_of(now), now - timedelta(weeks=rule.weeks)
        same = _known(totals for hour, totals in timeline.hours.items() if first <= hour < present - HOUR)
    if sum(hour.calls for hour in same) < rule.minimum_n:
        return None
    return max(rule.floor, median(hour.tokens / hour.minutes for hour in same))


def _known(hours: Iterable[HourTotals | None]) -> list[HourTotals]:
    return [hour for hour in hours if hour is not None and hour.minutes]
