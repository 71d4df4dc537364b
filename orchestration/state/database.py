"""Open the operational database, in SQLite or PostgreSQL: one writer at a time, every change in one transaction.

All that differs between the two is in this module: how transactions begin, and what an ``INSERT`` does with a row already there.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sqlalchemy import Column, ColumnElement, Connection, Engine, Table, Text, cast, create_engine, event, func, inspect, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DatabaseError, DBAPIError

from contract.platform.failures import ConfigurationFailure, TransientFailure
from orchestration.state.migrations import is_present, migrate
from orchestration.state.tables import SCHEMA_VERSION

BUSY_SECONDS = 60.0  # how long a writer waits for another; transactions are far shorter
SCHEMA = "voice_state"
"""The schema of PostgreSQL that holds the tables."""
_PRIMARY_CODE = 0xFF
"""The bits of SQLite's error code that are not the details."""
_WRITE_LOCK = 0x766F6974
"""Key of the advisory lock of whoever writes, a number of our own choice: the letters ``voit`` in ASCII."""
_BEGIN_READING = {"sqlite": "BEGIN", "postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"}
_BEGIN_WRITING = {
    "sqlite": "BEGIN IMMEDIATE",
    # read committed: each statement sees what was committed before it, so all see what writers did before the lock was given
    "postgresql": f"BEGIN; SELECT pg_advisory_xact_lock({_WRITE_LOCK})",
}
_KEEPALIVES = "SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3"
"""In seconds: a writer whose machine is gone lets go of the lock after a minute, instead of the two hours of most systems."""


class StateDatabase:
    """Open the database, creating it on first use. ``reading()`` never blocks; ``writing()`` waits and commits all or nothing.

    ``location`` is a SQLite file, or the address of a PostgreSQL; ``busy_seconds`` is how long a writer waits for others.
    Raises ``ConfigurationFailure`` when it cannot be opened or a later release made it, ``TransientFailure`` when PostgreSQL
    does not answer.
    """

    def __init__(self, location: Path | SecretStr, busy_seconds: float = BUSY_SECONDS) -> None:
        self.location = location
        self._engine = _engine(location, busy_seconds)
        self._kind = self._engine.dialect.name
        try:
            with self.reading() as connection:
                present = is_present(connection)
            if not present:
                self._migrate()
        except DatabaseError as error:
            raise ConfigurationFailure(
                f"The state database {_described(location)} cannot be opened ({type(error.orig).__name__}).",
                "Restore it from its backup, or check that VOICE_HOME is a writable folder."
                if isinstance(location, Path)
                else f"Let the user of VOICE_STATE_URL create the schema {SCHEMA}, or give it one with that name.",
            ) from error

    @property
    def product(self) -> str:
        return {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[self._kind]

    @contextmanager
    def reading(self) -> Generator[Connection]:
        """Open a read transaction: every statement sees the same moment of the database."""
        with self._engine.connect() as connection, _failures():
            try:
                connection.exec_driver_sql(_BEGIN_READING[self._kind])
                yield connection
            finally:
                _roll_back(connection)

    @contextmanager
    def writing(self) -> Generator[Connection]:
        """Open a transaction that holds the write lock from its first statement, so sequences never skip or repeat.

        A process that is killed in it leaves nothing behind, and the next writer need not wait.
        """
        with self._engine.connect() as connection, _failures():
            try:
                connection.exec_driver_sql(_BEGIN_WRITING[self._kind])
                yield connection
            except BaseException:
                _roll_back(connection)
                raise
            connection.exec_driver_sql("COMMIT")

    def close(self) -> None:
        self._engine.dispose()

    def _migrate(self) -> None:
        with self.writing() as connection:
            if self._kind == "postgresql" and not inspect(connection).has_schema(SCHEMA):
                connection.exec_driver_sql(f"CREATE SCHEMA {SCHEMA}")
            migrate(connection)


def state_exists(location: Path | SecretStr) -> bool:
    """Return whether there is a database to open, without creating one."""
    if isinstance(location, Path):
        return location.exists()
    engine = _engine(location, BUSY_SECONDS)
    try:
        with engine.connect() as connection:
            return inspect(connection).has_table(SCHEMA_VERSION.name)
    finally:
        engine.dispose()


Row = Mapping[str, Any]
Columns = Any
"""The columns of a table by name, as SQLAlchemy gives them: ``columns.name`` or ``columns["name"]``."""


def insert_or_ignore(connection: Connection, table: Table, rows: Sequence[Row]) -> int:
    """Insert the rows whose key is not in the table yet, and return their number."""
    if not rows:
        return 0
    entry = _insert(connection, table).on_conflict_do_nothing()
    if connection.dialect.name == "sqlite":
        return connection.execute(entry, rows).rowcount
    return len(connection.execute(entry.returning(*table.primary_key), rows).all())  # of several rows psycopg2 counts the last


def upsert(
    connection: Connection, table: Table, rows: Sequence[Row], changed: Callable[[Columns, Columns], Row] | None = None
) -> None:
    """Insert the rows; one whose primary key is in the table changes that row instead, in the order of ``rows``.

    ``changed(new, old)`` returns what it changes; without it, that is every column given but the key.
    """
    if not rows:
        return
    entry = _insert(connection, table)
    keys = [column.name for column in table.primary_key]
    new = entry.excluded
    values = changed(new, table.c) if changed else {name: new[name] for name in rows[0] if name not in keys}
    statement = entry.on_conflict_do_update(index_elements=keys, set_=dict(values))
    for portion in [rows] if connection.dialect.name == "sqlite" else _without_repetition(rows, keys):
        connection.execute(statement, portion)


def json_text(column: Any) -> ColumnElement[str]:
    """Return the text of a JSON column; JSON itself cannot be compared in PostgreSQL."""
    return cast(column, Text)


def storable(value: Any) -> Any:
    """Return a value as either database stores it: PostgreSQL's text cannot hold the character 0 (``tables/base.py``)."""
    return value.replace("\x00", "") if isinstance(value, str) else value


def last_number(connection: Connection, table: Table) -> int:
    """Return the last number that was given to a row of the table, also when the row is gone; 0 where rows are not numbered."""
    column = table.autoincrement_column
    if column is None:
        return 0
    if connection.dialect.name == "sqlite":
        query = "SELECT max(seq) FROM sqlite_sequence WHERE name = ?"
        given = connection.exec_driver_sql(query, (table.name,)).scalar_one()
        return given or connection.execute(select(func.coalesce(func.max(column), 0))).scalar_one()
    query = f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {_sequence(table, column)}"  # noqa: S608 - ours
    return connection.exec_driver_sql(query).scalar_one()


def continue_numbering(connection: Connection, table: Table, number: int) -> None:
    """Give the next row of the table a higher number than this one, in PostgreSQL; SQLite itself goes on after the highest."""
    column = table.autoincrement_column
    if column is not None and connection.dialect.name == "postgresql":
        connection.execute(select(func.setval(_sequence(table, column), number)))


def _sequence(table: Table, column: Column[int]) -> str:
    """Return the name that PostgreSQL gives to what numbers the column."""
    return f"{table.name}_{column.name}_seq"


def _insert(connection: Connection, table: Table) -> Any:
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table)


def _without_repetition(rows: Sequence[Row], keys: Sequence[str]) -> Iterator[list[Row]]:
    """Divide the rows into portions in which no key is twice: PostgreSQL changes a row once in a statement."""
    portion: list[Row] = []
    seen: set[tuple[Any, ...]] = set()
    for row in rows:
        key = tuple(row[name] for name in keys)
        if key in seen:
            yield portion
            portion, seen = [], set()
        portion.append(row)
        seen.add(key)
    yield portion


def _engine(location: Path | SecretStr, busy_seconds: float) -> Engine:
    return _of_sqlite(location, busy_seconds) if isinstance(location, Path) else _of_postgresql(location, busy_seconds)


def _of_sqlite(path: Path, busy_seconds: float) -> Engine:
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        f"sqlite:///{path}",
        connect_args={"timeout": busy_seconds, "check_same_thread": False, "isolation_level": None},
        hide_parameters=True,
    )
    event.listen(engine, "connect", _configure)
    return engine


def _of_postgresql(address: SecretStr, busy_seconds: float) -> Engine:
    """Return an engine that does not know the address: only the function that opens its connections does.

    What PostgreSQL needs is imported here, because most homes have none and every command would wait for it.
    """
    from orchestration.postgres_server import connect

    def opened() -> Any:
        connection = connect(address.get_secret_value(), "state database", "VOICE_STATE_URL")
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f"SET search_path = {SCHEMA}; SET lock_timeout = '{busy_seconds * 1000:.0f}ms'; {_KEEPALIVES}")
        return connection

    return create_engine(
        "postgresql+psycopg2://",
        creator=opened,
        pool_pre_ping=True,  # a server that was restarted meanwhile is found before a transaction begins
        isolation_level="AUTOCOMMIT",  # transactions are begun and ended by ``reading`` and ``writing``
        use_native_hstore=False,
        executemany_mode="values_plus_batch",
        hide_parameters=True,
    )


@contextmanager
def _failures() -> Generator[None]:
    """Turn what is said when a server is stopped or gone, or when others write for too long, into a failure worth another try."""
    try:
        yield
    except DBAPIError as error:
        if not _is_passing(error):
            raise
        raise TransientFailure(
            "The state database was interrupted, or another process writes to it for too long.",
            "What was not committed is repeated by the next run; see that its server, if it has one, can be reached.",
        ) from None


def _is_passing(error: DBAPIError) -> bool:
    if isinstance(error.orig, sqlite3.Error):
        return getattr(error.orig, "sqlite_errorcode", 0) & _PRIMARY_CODE == sqlite3.SQLITE_BUSY
    from orchestration.postgres_server import is_passing

    return is_passing(error.orig)


def _roll_back(connection: Connection) -> None:
    """Roll back, unless the connection is lost: then the server has done so. Also where no transaction could be begun."""
    if not connection.invalidated:
        with suppress(DBAPIError):
            connection.exec_driver_sql("ROLLBACK")


def _described(location: Path | SecretStr) -> str:
    return location.name if isinstance(location, Path) else "of VOICE_STATE_URL"


def _configure(dbapi_connection: Any, _record: Any) -> None:
    cursor = dbapi_connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()
