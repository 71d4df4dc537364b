"""Rows from the published warehouse into PostgreSQL: DuckDB writes CSV, PostgreSQL copies it in, neither passing through Python.

Lists and JSON become ``jsonb``. PostgreSQL holds no NUL character in any text, so it is left out.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

_TYPES = {
    "VARCHAR": "text",
    "JSON": "jsonb",
    "BOOLEAN": "boolean",
    "TINYINT": "smallint",
    "SMALLINT": "smallint",
    "INTEGER": "integer",
    "BIGINT": "bigint",
    "HUGEINT": "numeric(38)",
    "UBIGINT": "numeric(20)",
    "FLOAT": "real",
    "DOUBLE": "double precision",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
    "TIMESTAMP WITH TIME ZONE": "timestamptz",
}
_NULL = "\\N"


def columns_of(warehouse: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    """Names and types of PostgreSQL, in order."""
    found = warehouse.execute(f"select column_name, column_type from (describe {table})").fetchall()  # noqa: S608 - names of ours
    return {name: postgres_type(kind) for name, kind in found}


def postgres_type(kind: str) -> str:
    if kind.endswith("[]") or kind.startswith(("STRUCT", "MAP")):
        return "jsonb"
    return f"numeric{kind.removeprefix('DECIMAL')}" if kind.startswith("DECIMAL") else _TYPES[kind]


def copy_rows(
    warehouse: duckdb.DuckDBPyConnection, cursor: Any, table: str, columns: dict[str, str], where: str, folder: Path, schema: str
) -> int:
    """Append the rows of ``table`` that ``where`` (SQL of ours over it) names; how many."""
    path = folder / f"{table}.csv"
    values = ", ".join(_value(name, kind) for name, kind in columns.items())
    quoted = str(path).replace("'", "''")
    written = warehouse.execute(
        f"copy (select {values} from {table} as t {where}) to '{quoted}'"  # noqa: S608 - names of ours
        f" (format csv, header false, nullstr '{_NULL}', quote '\"', escape '\"', force_quote *)"
    ).fetchall()[0][0]
    names = ", ".join(f'"{name}"' for name in columns)
    with path.open("rb") as rows:
        cursor.copy_expert(f"copy {schema}.{table} ({names}) from stdin (format csv, null '{_NULL}')", rows)
    path.unlink()
    return int(written)


def _value(name: str, kind: str) -> str:
    column = f't."{name}"'
    if kind == "jsonb":
        return _without_nul(f"cast(to_json({column}) as varchar)")
    if kind == "text":
        return f"replace({column}, chr(0), '')"
    return column


def _without_nul(json: str) -> str:
    """``\\u0000`` goes, unless its backslash is itself escaped. A control character stands in for ``\\\\``: JSON text has none."""
    return f"replace(replace(replace({json}, '\\\\', chr(1)), '\\u0000', ''), chr(1), '\\\\')"
