"""Check that there are about as many calls as on the same weekday of the weeks before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from math import sqrt
from statistics import fmean

import duckdb

from orchestration.quality.rules import VolumeRule
from orchestration.rules.finding import SAMPLE, Finding, sample

_DAY = timedelta(days=1)
"""Length of the span compared: a whole day, so that it holds every hour of business once."""
_CALLS = "select count(*) from sessions where start_time >= ? and start_time < ?"


def volume(connection: duckdb.DuckDBPyConnection, rule: VolumeRule, now: datetime, zone: tzinfo) -> Finding:
    """Compare the calls of the 24 hours before ``now`` with the same hours of the weeks before; skipped while history is thin.

    Weeks are counted in the business time zone, so that opening hours stay where they are when clocks change. Wrong is a count
    beyond the rule's multiples of the mean that chance alone would hardly give (calls counted at random vary by the mean's root).
    """
    today = _span(now, zone, 0)
    oldest = connection.execute("select min(start_time) from sessions").fetchall()[0][0]
    spans = [_span(now, zone, week) for week in range(1, rule.weeks + 1)]
    reached = [span for span in spans if oldest is not None and oldest <= span[0]]
    before = [_count(connection, span) for span in reached]
    calls, mean = _count(connection, today), fmean(before) if before else 0.0
    figures = {"calls": calls, "mean of the weeks before": round(mean, 1), "weeks": len(before), "n": sum(before)}
    if len(before) < rule.weeks_needed or mean < rule.mean_needed:
        return Finding(True, examined=calls, figures=figures, skipped_because="too little history")
    beyond = abs(calls - mean) > rule.deviations * sqrt(mean)
    wrong = beyond and not rule.below * mean <= calls <= rule.above * mean
    sessions = _newest(connection, today) if wrong else ()
    return Finding(not wrong, count=int(wrong), examined=calls, sessions=sessions, figures=figures)


def _span(now: datetime, zone: tzinfo, weeks: int) -> tuple[datetime, datetime]:
    """Return the 24 hours that end ``weeks`` before now, as the warehouse keeps times: naive UTC."""
    end = (now.astimezone(zone) - timedelta(weeks=weeks)).astimezone(UTC).replace(tzinfo=None)
    return end - _DAY, end


def _count(connection: duckdb.DuckDBPyConnection, span: tuple[datetime, datetime]) -> int:
    return connection.execute(_CALLS, list(span)).fetchall()[0][0]


def _newest(connection: duckdb.DuckDBPyConnection, span: tuple[datetime, datetime]) -> tuple[str, ...]:
    sql = f"select session_id from sessions where start_time >= ? and start_time < ? order by start_time desc limit {SAMPLE}"  # noqa: S608
    return sample(session_id for (session_id,) in connection.execute(sql, list(span)).fetchall())
