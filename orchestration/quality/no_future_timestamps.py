"""Check that no moment is later than the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import duckdb

from orchestration.quality.rules import FutureRule
from orchestration.rules.finding import SAMPLE, Figure, Finding, sample

MOMENTS = (
    ("sessions", "start_time", "session_id"),
    ("sessions", "end_time", "session_id"),
    ("metrics", "timestamp", "session_id"),
    ("turns", "started_at", "session_id"),
    ("turns", "ended_at", "session_id"),
    ("tool_calls", "timestamp", "session_id"),
    ("leads", "first_call_date", "latest_session_id"),
    ("leads", "last_call_date", "latest_session_id"),
    ("analysis_results", "analyzed_at", "session_id"),
    ("alerts_history", "triggered_at", "session_id"),
)


def no_future_timestamps(connection: duckdb.DuckDBPyConnection, rule: FutureRule, now: datetime) -> Finding:
    """Find rows whose moment lies ahead of ``now``, counted exactly by column.

    The times of meetings are meant to; ``created_at`` is the store's clock, which an ingestion with a set clock need not share.
    """
    latest = (now.astimezone(UTC) + timedelta(minutes=rule.tolerance_minutes)).replace(tzinfo=None)
    figures: dict[str, Figure] = {}
    found: list[str | None] = []
    examined = 0
    for table, column, session in MOMENTS:
        sql = f"select count({column}), count(*) filter ({column} > ?) from {table}"  # noqa: S608 - names of ours
        rows, ahead = connection.execute(sql, [latest]).fetchall()[0]
        examined += rows
        if ahead:
            figures[f"{table}.{column}"] = ahead
            named = f"select distinct {session} as session_id from {table} where {column} > ? order by all limit {SAMPLE}"  # noqa: S608
            found += [row[0] for row in connection.execute(named, [latest]).fetchall()]
    count = sum(int(n) for n in figures.values())
    return Finding(not count, count=count, examined=examined, sessions=sample(found), figures=figures)
