"""Check that the newest call reaches readers during business hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

import duckdb

from contract.platform.times import aware
from orchestration.quality.rules import FreshnessRule
from orchestration.rules.finding import Finding, sample

_LOOK_BACK = timedelta(days=21)
"""Enough business hours for any threshold in use; it keeps the loop over days short after months without a call."""
_NEWEST = """
select max(discovered_at), arg_max(session_id, discovered_at), count(*)
from session_ledger
where in_warehouse and not test_call
"""


def freshness(connection: duckdb.DuckDBPyConnection, rule: FreshnessRule, now: datetime, zone: tzinfo) -> Finding:
    """Check the hours of business since the newest published call was taken in; skipped before the first call.

    The time is that of the platform's own clock, not the store's. Nights and weekends do not count: nobody calls then.
    """
    newest, session_id, calls = connection.execute(_NEWEST).fetchall()[0]
    if newest is None:
        return Finding(True, skipped_because="no call yet")
    newest = aware(newest)
    hours = open_hours(rule, newest, now, zone)
    stale = hours > rule.open_hours
    figures = {"business hours since": round(hours, 1), "newest call taken in": newest.isoformat(timespec="seconds")}
    return Finding(not stale, count=int(stale), examined=calls, sessions=sample([session_id]) if stale else (), figures=figures)


def open_hours(rule: FreshnessRule, start: datetime, end: datetime, zone: tzinfo) -> float:
    """Return the hours of business between two moments; what lies further back than three weeks is left out."""
    start = max(start, end - _LOOK_BACK)
    day, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    total = timedelta()
    while day <= last:
        if day.isoweekday() in rule.weekdays:
            opens = datetime.combine(day, rule.opens, zone).astimezone(UTC)
            closes = datetime.combine(day, rule.closes, zone).astimezone(UTC)
            total += max(min(end, closes) - max(start, opens), timedelta())
        day += timedelta(days=1)
    return total / timedelta(hours=1)
