"""Copy rows of the published warehouse to PostgreSQL: DuckDB writes CSV, PostgreSQL copies it in, neither passing through Python.

Lists and JSON become ``jsonb``. PostgreSQL holds no NUL character in any text, so it is left out. It refuses rows whose indexed
columns are longer than about 2,700 bytes together, and a document may hold anything: such a text is cut, with a hash for its end.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from orchestration.postgres.tables import ServedTable

_TYPES = {
    "VARCHAR": "text",
    "JSON": "jsonb",
    "BOOLEAN": "boolean",
    "TINYINT": "smallint",
    "SMALLINT": "smallint",
    "INTEGER": "integer",
    "BIGINT": "bigint",
    "HUGEINT": "numeric(39)",
    "UBIGINT": "numeric(20)",
    "FLOAT": "real",
    "DOUBLE": "double precision",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
    "TIMESTAMP WITH TIME ZONE": "timestamptz",
}
_NULL = "\\N"
_LONGEST = 200
"""Bytes kept of an indexed text that ``_LONGEST_OF`` does not name; see there."""
_LONGEST_OF = {"subject": 1000, "user_email": 1000, "email": 1000, "store_key": 1024}
"""Bytes kept of an indexed text. PostgreSQL refuses a B-tree entry over 2,704 bytes; no index has more than one of these four, nor
more than seven others, so that the longest entry has 1,024 + 7 x 200 = 2,424."""


def columns_of(warehouse: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    """Return column names and PostgreSQL types, in order."""
    found = warehouse.execute(f"select column_name, column_type from (describe {table})").fetchall()  # noqa: S608 - names of ours
    return {name: postgres_type(kind) for name, kind in found}


def postgres_type(kind: str) -> str:
    if kind.endswith("[]") or kind.startswith(("STRUCT", "MAP")):
        return "jsonb"
    return f"numeric{kind.removeprefix('DECIMAL')}" if kind.startswith("DECIMAL") else _TYPES[kind]


def copy_rows(
    warehouse: duckdb.DuckDBPyConnection,
    cursor: Any,
    table: ServedTable,
    columns: Mapping[str, str],
    rows: str,
    folder: Path,
    target: str,
) -> int:
    """Append ``rows`` (own SQL of a relation with these columns of ``table``) to the table ``target``; how many."""
    path = folder / f"{table.name}.csv"
    values = ", ".join(_value(name, kind, name in table.indexed) for name, kind in columns.items())
    quoted = str(path).replace("'", "''")
    written = warehouse.execute(
        f"copy (select {values} from {rows} as t) to '{quoted}'"  # noqa: S608 - names of ours
        f" (format csv, header false, nullstr '{_NULL}', quote '\"', escape '\"', force_quote *)"
    ).fetchall()[0][0]
    names = ", ".join(f'"{name}"' for name in columns)
    with path.open("rb") as lines:
        cursor.copy_expert(f"copy {target} ({names}) from stdin (format csv, null '{_NULL}')", lines)
    path.unlink()
    return int(written)


def _value(name: str, kind: str, indexed: bool) -> str:
    column = f't."{name}"'
    if kind == "jsonb":
        return _without_nul(f"cast(to_json({column}) as varchar)")
    if kind == "text":
        text = f"replace({column}, chr(0), '')"
        return _cut(text, _LONGEST_OF.get(name, _LONGEST)) if indexed else text
    return column


def _without_nul(json: str) -> str:
    """``\\u0000`` goes, unless its backslash is itself escaped. A control character replaces ``\\\\``: JSON text has none."""
    return f"replace(replace(replace({json}, '\\\\', chr(1)), '\\u0000', ''), chr(1), '\\\\')"


def _cut(text: str, longest: int) -> str:
    """No longer than ``longest`` bytes, and still different from every other; a character takes up to four bytes."""
    return f"case when strlen({text}) > {longest} then left({text}, {(longest - 36) // 4}) || '...' || md5({text}) else {text} end"
