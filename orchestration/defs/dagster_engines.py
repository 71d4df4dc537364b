"""Let Dagster use the SQLAlchemy engine of each of its SQLite files again, and seldom wait for the disk.

Dagster makes an engine for every connection, 1,500 in a run of one call, and each compiles its statements anew: kept, a profiled
run of one call on SQLite took 25 s in place of 35. And each connection that closes as the last one of its file writes the log of
changes back and waits for the disk: 830 times in a run of one call. For each file of events, one a run, it reads its 90 migrations
twice from the disk. There is no setting for any of it. Connections are still opened and closed as before.
"""

from __future__ import annotations

import sqlite3
from functools import lru_cache
from typing import Any

from alembic.config import Config
from alembic.script import ScriptDirectory
from dagster._core.storage.event_log.sqlite import sqlite_event_log
from dagster._core.storage.runs.sqlite import sqlite_run_storage
from dagster._core.storage.schedules.sqlite import sqlite_schedule_storage
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import NullPool

_KEPT = 32  # engines: one for each of Dagster's databases, and one for the events of each recent run


_CONFIGURATIONS = 4  # one for each of Dagster's three kinds of storage, and one to spare

_read_migrations = ScriptDirectory.from_config


def keep_engines() -> None:
    """Replace the functions by which Dagster makes engines for its SQLite files and reads migrations; harmless to repeat."""
    ScriptDirectory.from_config = staticmethod(kept_migrations)  # pyright: ignore[reportAttributeAccessIssue]
    for storage in (sqlite_event_log, sqlite_run_storage, sqlite_schedule_storage):
        storage.create_engine = kept_engine  # pyright: ignore[reportAttributeAccessIssue]


def kept_engine(url: str, *, poolclass: type[NullPool], connect_args: dict[str, Any] | None = None) -> Engine:
    """Return the engine of a file, with no pool: any process may lock the file between two uses."""
    return _kept(url, poolclass, tuple(sorted((connect_args or {}).items()))).engine


@lru_cache(maxsize=_CONFIGURATIONS)
def kept_migrations(config: Config) -> ScriptDirectory:
    """Return the migrations of a configuration, of which Dagster makes one a process; they are files of its package."""
    return _read_migrations(config)


class _Kept:
    """An engine, and a connection to its file that stays open for as long as the engine is kept, so that none is the last."""

    def __init__(self, url: str, poolclass: type[NullPool], connect_args: dict[str, Any]) -> None:
        self.engine = create_engine(url, poolclass=poolclass, connect_args=connect_args)
        self._open: sqlite3.Connection | None = None
        event.listen(self.engine, "connect", self._prepare)

    def _prepare(self, connection: sqlite3.Connection, _record: Any) -> None:
        """Have a killed process lose nothing, and a power cut no more than the last events."""
        _configure(connection)
        if self._open is None:
            self._open = sqlite3.connect(str(self.engine.url.database), check_same_thread=False)
            _configure(self._open)
            self._open.execute("PRAGMA schema_version")  # reads the file: before, SQLite has not opened it


def _configure(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")


@lru_cache(maxsize=_KEPT)
def _kept(url: str, poolclass: type[NullPool], connect_args: tuple[tuple[str, Any], ...]) -> _Kept:
    return _Kept(url, poolclass, dict(connect_args))
