"""Copy an operational database from SQLite into an empty PostgreSQL, in one transaction, and compare all rows.

Both are locked against writers meanwhile, so the copy is one moment of the source. Killed anywhere, the target stays empty or is
complete; repeated, the copy changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Connection, Table, Text, bindparam, cast, func, insert, select, tuple_

from contract.platform.failures import ConfigurationFailure, TransientFailure
from orchestration.state.claims import dead_runs
from orchestration.state.database import StateDatabase, continue_numbering, json_text, last_number, storable
from orchestration.state.tables import METADATA, RUNS, SCHEMA_VERSION

TABLES: tuple[Table, ...] = tuple(table for table in METADATA.sorted_tables if table is not SCHEMA_VERSION)
_AT_ONCE = 500  # rows in one statement: of the widest table, with 28 columns, SQLite takes 1,170
Row = dict[str, Any]


@dataclass(frozen=True)
class CopiedState:
    """Rows by table; ``changed`` is false when the target held the same rows before."""

    rows: dict[str, int]
    changed: bool


def copy_state(source: StateDatabase, target: StateDatabase, now: datetime) -> CopiedState:
    """Copy every row, and number new ones after the last of the source.

    ``ConfigurationFailure`` when the target holds other rows, which stay as they are; ``TransientFailure`` while a run is at work.
    """
    with source.writing() as old, target.writing() as new:
        _require_no_run(old, now)
        rows, held = _counts(old), _counts(new)
        changed = not any(held.values()) and any(rows.values())
        if changed:
            for table in TABLES:
                _copy(old, new, table)
        if different := [table.name for table in TABLES if not _is_equal(old, new, table)]:
            raise _wrong_copy(different) if changed else _other_rows(different)
        return CopiedState(rows, changed)


def _require_no_run(connection: Connection, now: datetime) -> None:
    begun = set(connection.execute(select(RUNS.c.run_id).where(~RUNS.c.released)).scalars())
    if begun - set(dead_runs(connection, now)):
        raise TransientFailure(
            "A run is at work on the state that would be copied.", "Stop the services and 'voice run', then repeat the command."
        )


def _counts(connection: Connection) -> dict[str, int]:
    return {table.name: connection.execute(select(func.count()).select_from(table)).scalar_one() for table in TABLES}


def _copy(old: Connection, new: Connection, table: Table) -> None:
    entry = insert(table).values({column.name: cast(bindparam(column.name, type_=Text), JSON) for column in _json_columns(table)})
    for rows in _rows(old, table):
        new.execute(entry, rows)
    if number := last_number(old, table):
        continue_numbering(new, table, number)


def _is_equal(old: Connection, new: Connection, table: Table) -> bool:
    """Compare row by row: as many rows, and each of the source in the target as it is."""
    count = select(func.count()).select_from(table)
    if old.execute(count).scalar_one() != new.execute(count).scalar_one():
        return False
    keys = [column.name for column in table.primary_key]
    for rows in _rows(old, table):
        wanted = {tuple(row[key] for key in keys): row for row in rows}
        chosen = _texts(table).where(tuple_(*table.primary_key).in_(list(wanted)))
        found = {tuple(row[key] for key in keys): dict(row) for row in new.execute(chosen).mappings()}
        if found != wanted:
            return False
    return last_number(old, table) == last_number(new, table)


def _rows(connection: Connection, table: Table) -> Iterator[Sequence[Row]]:
    """Give the rows in portions, as the other database can store them."""
    for portion in connection.execute(_texts(table)).mappings().partitions(_AT_ONCE):
        yield [{name: storable(value) for name, value in row.items()} for row in portion]


def _texts(table: Table) -> Any:
    """Select all columns; JSON as its text, so that it is copied byte for byte and null differs from JSON's null."""
    return select(*(json_text(column).label(column.name) if isinstance(column.type, JSON) else column for column in table.columns))


def _json_columns(table: Table) -> list[Any]:
    return [column for column in table.columns if isinstance(column.type, JSON)]


def _other_rows(tables: Sequence[str]) -> ConfigurationFailure:
    return ConfigurationFailure(
        f"The state of VOICE_STATE_URL holds other rows already: {', '.join(tables)}. Nothing was copied.",
        "Name an empty database, or drop its schema voice_state when those rows are not wanted.",
    )


def _wrong_copy(tables: Sequence[str]) -> ConfigurationFailure:
    return ConfigurationFailure(
        f"After copying, these tables differ: {', '.join(tables)}. The copy was rolled back.",
        "Report it; the state that was to be copied is unchanged and still in use.",
    )
