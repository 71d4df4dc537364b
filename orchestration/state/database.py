"""Open the operational database: SQLite in WAL mode, one writer at a time, every change in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, Text, cast, create_engine, event
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DatabaseError

from contract.platform.failures import ConfigurationFailure
from orchestration.state.migrations import is_present, migrate

BUSY_TIMEOUT_SECONDS = 60  # how long a writer waits for another; transactions are far shorter


class StateDatabase:
    """Open the database, creating it on first use. ``reading()`` never blocks; ``writing()`` waits and commits all or nothing.

    Raises ``ConfigurationFailure`` when the file cannot be opened, or a later release made it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._engine = create_engine(
            f"sqlite:///{path}",
            connect_args={"timeout": BUSY_TIMEOUT_SECONDS, "check_same_thread": False, "isolation_level": None},
            hide_parameters=True,
        )
        event.listen(self._engine, "connect", _configure)
        try:
            with self.reading() as connection:
                present = is_present(connection)
            if not present:
                with self.writing() as connection:
                    migrate(connection)
        except DatabaseError as error:
            raise ConfigurationFailure(
                f"The state database {path.name} cannot be opened ({type(error.orig).__name__}).",
                "Restore it from its backup, or check that VOICE_HOME is a writable folder.",
            ) from error

    @contextmanager
    def reading(self) -> Generator[Connection]:
        """Open a read transaction: every statement sees the same moment of the database."""
        with self._engine.connect() as connection:
            connection.exec_driver_sql("BEGIN")
            try:
                yield connection
            finally:
                connection.exec_driver_sql("ROLLBACK")

    @contextmanager
    def writing(self) -> Generator[Connection]:
        """Open a transaction that holds the write lock from its first statement, so sequences never skip or repeat."""
        with self._engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.exec_driver_sql("ROLLBACK")
                raise
            connection.exec_driver_sql("COMMIT")

    def close(self) -> None:
        self._engine.dispose()


Row = Mapping[str, Any]
Columns = Any
"""The columns of a table by name, as SQLAlchemy gives them: ``columns.name`` or ``columns["name"]``."""


def insert_or_ignore(connection: Connection, table: Table, rows: Sequence[Row]) -> int:
    """Insert the rows whose key is not in the table yet, and return their number."""
    if not rows:
        return 0
    return connection.execute(sqlite.insert(table).on_conflict_do_nothing(), rows).rowcount


def upsert(
    connection: Connection, table: Table, rows: Sequence[Row], changed: Callable[[Columns, Columns], Row] | None = None
) -> None:
    """Insert the rows; one whose primary key is in the table changes that row instead, in the order of ``rows``.

    ``changed(new, old)`` returns what it changes; without it, that is every column given but the key.
    """
    if not rows:
        return
    entry = sqlite.insert(table)
    keys = [column.name for column in table.primary_key]
    new = entry.excluded
    values = changed(new, table.c) if changed else {name: new[name] for name in rows[0] if name not in keys}
    connection.execute(entry.on_conflict_do_update(index_elements=keys, set_=dict(values)), rows)


def json_text(column: Any) -> ColumnElement[str]:
    """Return the text of a JSON column; JSON itself cannot be compared in PostgreSQL."""
    return cast(column, Text)


def _configure(dbapi_connection: Any, _record: Any) -> None:
    cursor = dbapi_connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_SECONDS * 1000}")
    cursor.close()
