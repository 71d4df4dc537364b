"""Mark the warehouse file with the build that made it, and find the sessions it holds.

The ledger alone cannot say what a warehouse contains: its state database may have been lost or restored, and a full build takes
every part of the lake. Both once doubled every row of a call, and nothing said so.
"""

from __future__ import annotations

from collections.abc import Collection

import duckdb
import pyarrow as pa

from contract.platform.settings import Settings

_TABLES = "select count(*) from duckdb_tables() where schema_name = ? and table_name = ?"


def read_mark(settings: Settings) -> int | None:
    """Return the id of the last build that was completed in this file; None without a file, or when nothing marked it.

    The caller holds the warehouse lock. A file that cannot be opened counts as unmarked, so that it is built in full.
    """
    if not settings.warehouse_path.exists():
        return None
    try:
        with duckdb.connect(str(settings.warehouse_path)) as warehouse:
            if not _has(warehouse, "staging", "build_mark"):
                return None
            return warehouse.execute("select build_id from staging.build_mark").fetchall()[0][0]
    except duckdb.Error:
        return None


def write_mark(settings: Settings, build_id: int) -> None:
    """Mark the file with the build that has just been completed in it."""
    with duckdb.connect(str(settings.warehouse_path)) as warehouse:
        warehouse.execute("create schema if not exists staging")
        warehouse.execute("create or replace table staging.build_mark as select ?::bigint as build_id", [build_id])


def held_sessions(settings: Settings, session_ids: Collection[str]) -> set[str]:
    """Return those of the sessions of which the warehouse may have rows: completed ones, and those of a build that died."""
    if not session_ids or not settings.warehouse_path.exists():
        return set()
    asked = pa.table({"session_id": pa.array(sorted(session_ids), pa.string())})
    found: set[str] = set()
    with duckdb.connect(str(settings.warehouse_path)) as warehouse:
        warehouse.register("asked", asked)
        for schema, table in (("main", "sessions"), ("staging", "stg_state__build_batch")):
            if _has(warehouse, schema, table):
                sql = f"select session_id from {schema}.{table} semi join asked using (session_id)"  # noqa: S608 - own names
                found.update(session_id for (session_id,) in warehouse.execute(sql).fetchall())
    return found


def _has(warehouse: duckdb.DuckDBPyConnection, schema: str, table: str) -> bool:
    return bool(warehouse.execute(_TABLES, [schema, table]).fetchall()[0][0])
