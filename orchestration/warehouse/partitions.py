"""Declare the partitions of each published table, and find those that have changed.

Rows derived from one session, and rollups over sessions, change only when a session's document or analysis does: one pass over
``int_session_measures`` finds the changes for all of them, however big they are. Other tables are compared by their own rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import duckdb

NO_PARTITION = "none"

Grain = Literal["day", "month"]
Kind = Literal["session", "hour", "business_day", "ledger", "call"]
_FORMATS: dict[Grain, str] = {"day": "%Y-%m-%d", "month": "%Y-%m"}
_ROW_GROUP = 122_880
"""Rows of a row group in DuckDB's storage, which it reads or skips as a whole."""
_LENGTHS: dict[Grain, int] = {"day": 10, "month": 7}


@dataclass(frozen=True)
class Partitioned:
    """A table with its partitioning. ``kind`` is the start of the session (UTC), a rollup's hour or business day, or a ledger day.

    A ``call`` is like a session, but its row depends on other calls too, so that the rows themselves are compared.
    Big tables are partitioned by day, so that little is rewritten; narrow ones by month, so that few files are opened.
    """

    table: str
    grain: Grain
    kind: Kind = "session"

    def rows(self, names: Sequence[str] = (), *, spanned: bool = False) -> str:
        """Return a SQL relation of the table's rows with their partition as ``_partition``, restricted to ``names`` if given.

        ``spanned`` takes the first and the last row id to read as parameters.
        """
        dated = f"select *, {self._partition} as _partition from main.{self._dated}{self._within(names)}"  # noqa: S608 - own names
        if not self.follows_session:
            return f"({dated})"
        own = f"(select session_id, _partition from ({dated}))"  # noqa: S608 - own names
        source = f"main.{self.table}" + (" where rowid between ? and ?" if spanned else "")
        return f"(select t.*, s._partition from (from {source}) as t join {own} as s using (session_id))"  # noqa: S608 - own names

    def spans(self, names: Sequence[str]) -> str:
        """Return SQL for the ranges of row ids of the partitions: found by the key alone, so that long texts are not read."""
        own = f"select session_id from main.sessions{self._within(names)}"  # noqa: S608 - own names
        return f"select min(rowid), max(rowid) from main.{self.table} where session_id in ({own}) group by rowid // {_ROW_GROUP}"  # noqa: S608

    @property
    def follows_session(self) -> bool:
        """Return whether the partition of a row is that of its session, because it has no time of its own."""
        return self._dated != self.table

    @property
    def _dated(self) -> str:
        return "sessions" if self.kind == "session" else self.table

    @property
    def _column(self) -> str:
        return {"session": "start_time", "hour": "hour", "business_day": "business_day", "ledger": "day", "call": "start_time"}[
            self.kind
        ]

    @property
    def _partition(self) -> str:
        return partition_name(self._column, self.grain)

    def _within(self, names: Sequence[str]) -> str:
        """Return a condition for exactly these partitions, with a range of the column itself so that row groups are skipped."""
        if not names:
            return ""
        exactly = f"{self._partition} in ({', '.join(map(repr, names))})"
        if NO_PARTITION in names:
            return f" where {exactly}"
        first, last = (f"date '{name}{'-01' if self.grain == 'month' else ''}'" for name in (min(names), max(names)))
        return f" where {self._column} >= {first} and {self._column} < {last} + interval 1 {self.grain} and {exactly}"


PARTITIONED = (
    *(Partitioned(t, "day") for t in ("transcripts", "turns", "metrics", "analysis_results", "analysis_reports")),
    *(
        Partitioned(t, "month")
        for t in (
            "sessions",
            "session_facts",
            "session_signals",
            "session_costs",
            "session_mentions",
            "session_questions",
            "tool_calls",
        )
    ),
    *(Partitioned(f"hourly_{t}", "month", "hour") for t in ("calls", "histograms", "mentions", "costs")),
    *(Partitioned(f"daily_{t}", "month", "business_day") for t in ("calls", "histograms", "mentions", "costs")),
    Partitioned("session_ledger", "month", "ledger"),
    Partitioned("lead_scores", "month", "call"),
)
WHOLE = (
    "leads",
    "rejected_sessions",
    "alerts_history",
    "delivery_log",
    "analyzer_quality",
    "weekly_trends",
    "lead_questions",
    "opportunities",
    "live_samples",
)
TABLES = (*(p.table for p in PARTITIONED), *WHOLE)


def partition_name(column: str, grain: Grain) -> str:
    """Return SQL for the name of the partition that a row with this time or date belongs to."""
    return f"coalesce(strftime({column}, '{_FORMATS[grain]}'), '{NO_PARTITION}')"


def month_of(day: str) -> str:
    """Return the partition by month that holds a partition by day."""
    return day if day == NO_PARTITION else day[: _LENGTHS["month"]]


Fingerprints = dict[str, dict[str, str]]
"""Fingerprint of each partition of each table."""

_OF_SESSIONS = """
select
    coalesce(strftime(hour, '%Y-%m-%d'), 'none') as day,
    coalesce(strftime(business_day, '%Y-%m-%d'), 'none') as business_day,
    count(*) as n,
    sum(hash(session_id, doc_sha, analysis_seq)::hugeint) as total
from staging.int_session_measures
group by all
"""


def fingerprints(warehouse: duckdb.DuckDBPyConnection, built_by: str) -> Fingerprints:
    """Return the fingerprint of every partition: its sessions, their versions, and the hash of the project that built it."""
    sessions = warehouse.execute(_OF_SESSIONS).fetchall()
    by_start = {grain: _summed(((day, n, total) for day, _, n, total in sessions), grain, built_by) for grain in _LENGTHS}
    by_business = {grain: _summed(((day, n, total) for _, day, n, total in sessions), grain, built_by) for grain in _LENGTHS}
    found: Fingerprints = {}
    for partitioned in PARTITIONED:
        if partitioned.kind in ("session", "hour"):
            found[partitioned.table] = by_start[partitioned.grain]
        elif partitioned.kind == "business_day":
            found[partitioned.table] = by_business[partitioned.grain]
        else:
            found[partitioned.table] = _of_rows(warehouse, partitioned)
    return found


def whole_fingerprint(warehouse: duckdb.DuckDBPyConnection, table: str) -> str:
    sql = f"select count(*) || ':' || coalesce(sum(hash(t)::hugeint), 0) from main.{table} as t"  # noqa: S608 - own names
    return warehouse.execute(sql).fetchall()[0][0]


def _of_rows(warehouse: duckdb.DuckDBPyConnection, partitioned: Partitioned) -> dict[str, str]:
    version = "hash(store_key, change_seq, in_warehouse)" if partitioned.kind == "ledger" else "hash(t)"
    sql = f"select _partition, count(*) || ':' || sum({version}::hugeint) from {partitioned.rows()} as t group by _partition"  # noqa: S608
    return dict(warehouse.execute(sql).fetchall())


def _summed(days: Iterable[tuple[str, int, int]], grain: Grain, built_by: str) -> dict[str, str]:
    totals: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for day, n, total in days:
        partition = totals[month_of(day) if grain == "month" else day]
        partition[0] += n
        partition[1] += total
    return {partition: f"{n}:{total}:{built_by}" for partition, (n, total) in totals.items()}
