"""Read the rows of the published warehouse that belong to the newest analysed sessions, as tables."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb
import pandas as pd

from contract.platform.times import naive_utc
from orchestration.warehouse.queries import SqlFolder

TABLES = ("sessions", "metrics", "leads", "analysis_results")
_QUERIES = SqlFolder(Path(__file__).with_name("sql"))
_NEWEST = """
create or replace temp table checked as
select session_id
from session_ledger
where analysed_at >= ? and in_warehouse and not test_call
group by session_id
order by max(analysed_at) desc, session_id
limit ?
"""


def frames_of_marts(connection: duckdb.DuckDBPyConnection, since: datetime, at_most: int, now: datetime) -> dict[str, pd.DataFrame]:
    """``TABLES`` for the newest sessions analysed since then (naive UTC); ``hours_ahead`` is how far a row lies after ``now``."""
    connection.execute(_NEWEST, [since, at_most])
    connection.execute("set variable moment = ?::timestamp", [naive_utc(now)])
    return {table: _QUERIES.run(connection, table).df() for table in TABLES}
