"""Store named numbers across processes: sequences, and the last version of something."""

from __future__ import annotations

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.sqlite import insert

from orchestration.state.tables import COUNTERS


def next_value(connection: Connection, counter: str) -> int:
    """Return the next number of a named sequence, starting at 1; gaps appear only when a transaction rolls back."""
    connection.execute(insert(COUNTERS).values(name=counter, value=0).on_conflict_do_nothing())
    connection.execute(update(COUNTERS).where(COUNTERS.c.name == counter).values(value=COUNTERS.c.value + 1))
    return connection.execute(select(COUNTERS.c.value).where(COUNTERS.c.name == counter)).scalar_one()


def set_counter(connection: Connection, name: str, value: int) -> None:
    """Store a named number."""
    entry = insert(COUNTERS).values(name=name, value=value)
    connection.execute(entry.on_conflict_do_update(index_elements=["name"], set_={"value": value}))


def raise_counter(connection: Connection, name: str, least: int) -> None:
    """Raise a sequence to ``least``, so that its next number is higher; a sequence that is there already is left alone."""
    if counter(connection, name) < least:
        set_counter(connection, name, least)


def counter(connection: Connection, name: str) -> int:
    return connection.execute(select(COUNTERS.c.value).where(COUNTERS.c.name == name)).scalar_one_or_none() or 0
