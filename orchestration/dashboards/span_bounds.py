"""The moments that widgets with a span of their own are bounded by, all bound as parameters: the warehouse keeps naive UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from orchestration.dashboards.definition import Span

SPANS: dict[Span, str] = {
    "chosen": "",
    "now": "Now",
    "last_hour": "Last hour",
    "last_24_hours": "Last 24 hours",
    "today": "Today so far",
    "budgets": "Last hour, today, this month",
    "quarter": "This month and quarter",
    "last_30_days": "Last 30 days",
    "always": "",
}
"""What a widget says of its own span: such a widget ignores the date filter. Pages of one lead are of all its calls."""


def today_of(now: datetime, zone: tzinfo) -> date:
    return now.astimezone(zone).date()


def span_bounds(now: datetime, zone: tzinfo) -> dict[str, Any]:
    """Return every moment by name; ``now`` is cut to the minute, so that a widget is the same for a minute.

    Yesterday and last week end at the same time of day in the business zone, also across a change of the clocks.
    """
    local = now.astimezone(zone).replace(second=0, microsecond=0)
    today, at = local.date(), local.time()

    def moment(days_ago: int, of_day: time) -> datetime:
        return _naive(datetime.combine(today - timedelta(days=days_ago), of_day, tzinfo=zone))

    minute = _naive(local)
    return {
        "now": minute,
        "ten_minutes_ago": minute - timedelta(minutes=10),
        "hour_ago": minute - timedelta(hours=1),
        "day_ago": minute.replace(minute=0) - timedelta(hours=23),  # 23 whole hours and the present one
        "today": today,
        "today_start": moment(0, time.min),
        "yesterday_start": moment(1, time.min),
        "yesterday_now": moment(1, at),
        "week_ago_start": moment(7, time.min),
        "week_ago_now": moment(7, at),
        "week_first": today - timedelta(days=6),
        "thirty_first": today - timedelta(days=29),
        "thirty_start": moment(29, time.min),
        "month_first": today.replace(day=1),
        "quarter_first": date(today.year, (today.month - 1) // 3 * 3 + 1, 1),
    }


def day_bounds(first: date, last: date, zone: tzinfo) -> dict[str, Any]:
    """Return the moments at which the first of some business days begins and the last ends."""
    begins, ends = (datetime.combine(day, time.min, tzinfo=zone) for day in (first, last + timedelta(days=1)))
    return {"first_start": _naive(begins), "last_end": _naive(ends)}


def _naive(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(tzinfo=None)
