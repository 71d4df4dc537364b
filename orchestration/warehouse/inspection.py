"""Add what dbt does not report of a build: the number of rows of each table, and the sessions of a failed test."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import duckdb

from contract.platform.settings import Settings
from orchestration.warehouse.build_result import BuiltNode

SAMPLE = 20
"""Session ids named with a failed test: a sample; the number of rows beside it is exact."""


def inspected(settings: Settings, nodes: Iterable[BuiltNode]) -> tuple[BuiltNode, ...]:
    """Return the nodes completed from the warehouse that was just built."""
    if not settings.warehouse_path.exists():
        return tuple(nodes)
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as connection:
        sizes = connection.execute("select table_name, estimated_size from duckdb_tables() where not internal").fetchall()
        rows = dict(sizes)
        return tuple(_completed(connection, node, rows) for node in nodes)


def _completed(connection: duckdb.DuckDBPyConnection, node: BuiltNode, rows: dict[str, int]) -> BuiltNode:
    if node.resource_type == "test" and node.failures and node.query:
        return replace(node, failing_sessions=", ".join(_sessions(connection, node.query, node.tested)) or "none named")
    return replace(node, rows=rows.get(node.name)) if node.resource_type == "model" else node


def _sessions(connection: duckdb.DuckDBPyConnection, query: str, tested: tuple[str, str] | None) -> list[str]:
    """Return sessions of the offending rows: from the test's own result, or looked up by the values of the tested column."""
    try:
        offending = connection.query(query)
        if "session_id" in offending.columns:
            source = f"({query})"
        elif tested:
            table, column = tested
            wrong = f"from (select {offending.columns[0]} from ({query})) as wrong(v) where v is not distinct from {column}"  # noqa: S608
            source = f"(select session_id from main.{table} where exists ({wrong}))"  # noqa: S608 - dbt's own test
        else:
            return []
        found = connection.execute(
            f"select distinct session_id from {source} as offending where session_id is not null order by all limit {SAMPLE}"  # noqa: S608 - dbt's own test
        ).fetchall()
    except duckdb.Error:
        return []
    return [session_id for (session_id,) in found]
