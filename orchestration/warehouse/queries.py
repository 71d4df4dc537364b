"""Run queries stored in SQL files with bound parameters, so that no value is ever written into SQL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

Row = dict[str, Any]
Parameters = Mapping[str, object] | Sequence[object]
_AT_ONCE = 2048
"""Rows in memory at a time: one vector of DuckDB."""


@dataclass(frozen=True, slots=True)
class SqlFolder:
    """A folder whose ``<name>.sql`` are queries; parameters are bound by name (``$name``) or by position (``?``)."""

    folder: Path

    def run(self, connection: duckdb.DuckDBPyConnection, name: str, parameters: Parameters = ()) -> duckdb.DuckDBPyConnection:
        """Run a query and return the connection, from which its result can be taken in any form."""
        return connection.execute((self.folder / f"{name}.sql").read_text(encoding="utf-8"), parameters)

    def rows(self, connection: duckdb.DuckDBPyConnection, name: str, parameters: Parameters = ()) -> list[Row]:
        """Return every row by column name, in the query's order."""
        result = self.run(connection, name, parameters)
        columns = [column[0] for column in result.description or ()]
        return [dict(zip(columns, row, strict=True)) for row in result.fetchall()]

    def each(self, connection: duckdb.DuckDBPyConnection, name: str, parameters: Parameters = ()) -> Iterator[Row]:
        """Yield rows as ``rows`` returns them, some at a time; take all of them before the connection runs another query."""
        result = self.run(connection, name, parameters)
        columns = [column[0] for column in result.description or ()]
        while some := result.fetchmany(_AT_ONCE):
            for row in some:
                yield dict(zip(columns, row, strict=True))

    def row(self, connection: duckdb.DuckDBPyConnection, name: str, parameters: Parameters = ()) -> Row:
        """Return the single row of a query; raises ``ValueError`` when there is another number of rows."""
        (only,) = self.rows(connection, name, parameters)
        return only
