"""Store named numbers across processes: sequences, and the last version of something."""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from orchestration.state.database import insert_or_ignore, upsert
from orchestration.state.tables import COUNTERS


def next_value(connection: Connection, counter: str) -> int:
    """Return the next number of a named sequence, starting at 1; gaps appear only when a transaction rolls back."""
    grown = update(COUNTERS).where(COUNTERS.c.name == counter).values(value=COUNTERS.c.value + 1).returning(COUNTERS.c.value)
    number = connection.execute(grown).scalar_one_or_none()
    if number is None:
        insert_or_ignore(connection, COUNTERS, [{"name": counter, "value": 0}])
        number = connection.execute(grown).scalar_one()
    return number


def set_counter(connection: Connection, name: str, value: int) -> None:
    """Store a named number."""
    upsert(connection, COUNTERS, [{"name": name, "value": value}])


def raise_counter(connection: Connection, name: str, least: int) -> None:
    """Raise a sequence to ``least``, so that its next number is higher; a sequence that is there already is left alone."""
    if counter(connection, name) < least:
        set_counter(connection, name, least)


def counter(connection: Connection, name: str) -> int:
    return connection.execute(select(COUNTERS.c.value).where(COUNTERS.c.name == name)).scalar_one_or_none() or 0
