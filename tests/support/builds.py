"""Building as the platform does, and looking into what was built."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import duckdb

from contract.platform.settings import Settings
from orchestration.warehouse.build import BuildResult
from orchestration.warehouse.renewal import renew
from tests.support.lake_samples import Lake

VOLATILE = frozenset(
    {"analyzed_at", "updated_at", "analysed_at", "received_at", "discovered_at", "created_at", "analysis_seq", "change_seq"}
)
NIGHTLY = "weekly_trends"
"""Made anew every night, so between nights it is not what a full refresh makes."""


def build(lake: Lake, *, full_refresh: bool = False) -> BuildResult:
    """One build of what the ledger says is due; it must succeed."""
    result = renew(lake.settings, lake.state, full_refresh=full_refresh)
    assert result.success, [(node.unique_id, node.message) for node in result.nodes if not node.succeeded]
    return result


def rows(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    with _opened(settings) as connection:
        return connection.execute(sql).fetchall()


@contextmanager
def _opened(settings: Settings) -> Generator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        yield connection


def content(settings: Settings, *, volatile: bool = False) -> dict[str, list[str]]:
    """Every row of every table as sorted text; times of processing only when ``volatile``."""
    with _opened(settings) as connection:
        columns = connection.execute(
            "select table_name, list(column_name order by ordinal_position) from information_schema.columns"
            " where table_schema = 'main' and table_catalog = 'warehouse'"
            f" and table_name <> '{NIGHTLY}' group by table_name order by table_name"
        ).fetchall()
        found: dict[str, list[str]] = {}
        for table, names in columns:
            kept = ", ".join(f'"{name}"' for name in names if volatile or name not in VOLATILE)
            found[table] = sorted(map(str, connection.execute(f"select {kept} from main.{table}").fetchall()))
    return found
