"""Read the published rows of some sessions: only files of their days and months are opened, and keys are joined.

A list of keys in a condition is compared with every row, one by one: reading 5,000 callers so took 20 s of a first sync.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb

from contract.platform.settings import Settings
from orchestration.warehouse.manifest import Manifest
from orchestration.warehouse.partitions import PARTITIONED, month_of, partition_name
from orchestration.warehouse.reader import open_version

_OF_SESSIONS = {p.table: p.grain for p in PARTITIONED if p.kind == "session"}
_ROWS = 8192
"""Rows of a query in memory at a time: four vectors of DuckDB."""


@dataclass(frozen=True)
class PublishedVersion:
    """An open version of the published warehouse; closed at the end of the block."""

    connection: duckdb.DuckDBPyConnection
    manifest: Manifest

    def __enter__(self) -> PublishedVersion:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self.connection.close()

    def each(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query of our own, some at a time; other queries may run meanwhile."""
        with self.connection.cursor() as cursor:
            cursor.execute("set TimeZone = 'UTC'")
            result = cursor.execute(sql)
            while some := result.fetchmany(_ROWS):
                yield from some

    def rows_in(self, table: str, partitions: Iterable[str] | None) -> str:
        """Return SQL for the rows of these partitions of a table: no other file is opened; of all rows for None.

        A table without files is read whole.
        """
        files = self.manifest.tables.get(table)
        if files is None or partitions is None:
            return f"(from main.{table})"
        paths = [str(Path(self.manifest.root) / files[name].path) for name in sorted(set(partitions)) if name in files]
        if not paths:
            return f"(from main.{table} limit 0)"
        return f"(from read_parquet([{', '.join(map(literal, paths))}], hive_partitioning = false))"


def open_for_selection(settings: Settings) -> PublishedVersion:
    """Open the present version; raises as ``open_published`` does."""
    return PublishedVersion(*open_version(settings))


def select_sessions(version: PublishedVersion, session_ids: Sequence[str], tables: Sequence[str]) -> None:
    """Make a temporary view ``wanted_<table>`` of each table, which belongs to sessions: its rows of these sessions."""
    _want(version, "select unnest($keys) as session_id", session_ids, tables)


def select_calls_of(version: PublishedVersion, lead_keys: Sequence[str], tables: Sequence[str], newest: int | None = None) -> None:
    """Do as ``select_sessions`` for the calls of these callers: all, or the ``newest`` of each."""
    some = ""
    if newest is not None:
        rank = "row_number() over (partition by lead_key order by start_time desc, session_id desc)"
        some = f" qualify {rank} <= {newest}"
    callers = "(select unnest($keys) as lead_key)"
    _want(version, f"select session_id from sessions semi join {callers} using (lead_key){some}", lead_keys, tables)  # noqa: S608 - ours


def literal(text: str) -> str:
    """Return a text of our own as SQL: binding it would import pandas, 0.4 s. What comes from outside is bound."""
    return "'" + text.replace("'", "''") + "'"


def _want(version: PublishedVersion, sql: str, keys: Sequence[str], tables: Sequence[str]) -> None:
    connection = version.connection
    connection.execute(f"create or replace temp table wanted_session as {sql}", {"keys": list(keys)})
    names = f"select distinct {partition_name('start_time', 'day')} from sessions semi join wanted_session using (session_id)"  # noqa: S608 - ours
    days = [name for (name,) in connection.execute(names).fetchall()]
    partitions = {"day": days, "month": [month_of(day) for day in days]}
    for table in tables:
        rows = version.rows_in(table, partitions[_OF_SESSIONS[table]])
        connection.execute(f"create or replace temp view wanted_{table} as from {rows} semi join wanted_session using (session_id)")
