"""Sessions in memory with the columns that standing checks read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import duckdb

_TABLE = "create table sessions (session_id varchar, start_time timestamp, lead_score integer, engagement_score double)"

Call = tuple[datetime, int | None, float | None]


def warehouse(calls: Iterable[Call]) -> duckdb.DuckDBPyConnection:
    """Calls ``s0, s1, …`` by start, lead score and engagement; starts are aware, the warehouse keeps naive UTC."""
    connection = duckdb.connect()
    connection.execute("set TimeZone = 'UTC'")
    connection.execute(_TABLE)
    rows = [(f"s{n:04d}", start.replace(tzinfo=None), score, engagement) for n, (start, score, engagement) in enumerate(calls)]
    if rows:
        connection.executemany("insert into sessions values (?, ?, ?, ?)", rows)
    return connection
