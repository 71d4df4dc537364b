"""Let Dagster use the SQLAlchemy engine of each of its SQLite files again.

Dagster makes an engine for every connection, 1,500 in a run of one call, and each compiles its statements anew: kept, a profiled
run of one call on SQLite took 25 s in place of 35. There is no setting for it. Connections are still opened and closed as before.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from dagster._core.storage.event_log.sqlite import sqlite_event_log
from dagster._core.storage.runs.sqlite import sqlite_run_storage
from dagster._core.storage.schedules.sqlite import sqlite_schedule_storage
from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import NullPool

_KEPT = 32  # engines: one for each of Dagster's databases, and one for the events of each recent run


def keep_engines() -> None:
    """Replace the function by which Dagster makes engines for its SQLite files; harmless to repeat."""
    for storage in (sqlite_event_log, sqlite_run_storage, sqlite_schedule_storage):
        storage.create_engine = kept_engine  # pyright: ignore[reportAttributeAccessIssue]


def kept_engine(url: str, *, poolclass: type[NullPool], connect_args: dict[str, Any] | None = None) -> Engine:
    """Return the engine of a file, with no pool: any process may lock the file between two uses."""
    return _engine(url, poolclass, tuple(sorted((connect_args or {}).items())))


@lru_cache(maxsize=_KEPT)
def _engine(url: str, poolclass: type[NullPool], connect_args: tuple[tuple[str, Any], ...]) -> Engine:
    return create_engine(url, poolclass=poolclass, connect_args=dict(connect_args))
