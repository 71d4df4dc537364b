"""Runs the report's queries (``sql/*.sql``) with bound parameters against one open warehouse."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

SQL = Path(__file__).parent / "sql"

Row = dict[str, Any]


def rows(connection: duckdb.DuckDBPyConnection, query: str, parameters: Mapping[str, object] | None = None) -> list[Row]:
    """Every row of ``sql/<query>.sql`` by column name."""
    result = connection.execute((SQL / f"{query}.sql").read_text(encoding="utf-8"), dict(parameters or {}))
    names = [column[0] for column in result.description or ()]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def row(connection: duckdb.DuckDBPyConnection, query: str, parameters: Mapping[str, object] | None = None) -> Row:
    """The single row of a query that counts."""
    (only,) = rows(connection, query, parameters)
    return only
