"""What a published warehouse says, in a form two warehouses can be compared by."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import duckdb

from contract.platform.settings import Settings
from orchestration.warehouse.reader import open_published

MOMENTS = {"analyzed_at", "updated_at", "analysed_at", "discovered_at", "rejected_at"}
BOOKKEEPING = {"run_id", "analysis_seq", "built_seq", "change_seq"}
VOLATILE = MOMENTS | BOOKKEEPING
OF_STORE = {"received_at", "created_at"}
"""When the store got an object, which differs between stores."""


def content(settings: Settings, *, without: Collection[str] = ()) -> dict[str, list[str]]:
    """Every table's rows as sorted text, but for the columns that tell when and by which run they were made, and ``without``."""
    with open_published(settings) as connection:
        return {
            table: sorted(str(row) for row in connection.execute(f'select {kept} from "{table}"').fetchall())
            for table, kept in _tables(connection, {*VOLATILE, *without})
        }


def fingerprints(settings: Settings) -> dict[str, tuple[int, int]]:
    """Every table's number of rows and the sum of their hashes, of the same columns: for warehouses too large for ``content``."""
    with open_published(settings) as connection:
        return {
            table: connection.execute(f'select count(*), coalesce(sum(hash({kept})), 0) from "{table}"').fetchall()[0]
            for table, kept in _tables(connection, VOLATILE)
        }


def _tables(connection: duckdb.DuckDBPyConnection, left_out: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield each table with its columns that are compared."""
    columns = connection.execute(
        "select table_name, list(column_name order by ordinal_position) from information_schema.columns"
        " where table_schema = 'main' group by table_name order by table_name"
    ).fetchall()
    for table, names in columns:
        yield table, ", ".join(f'"{name}"' for name in names if name not in left_out)
