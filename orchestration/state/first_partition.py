"""Record the first partition that the loaded definitions have, so that ``voice doctor`` sees documents of earlier days."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection

from orchestration.state.counters import counter, set_counter

_NAME = "first_partition"


def record_first_partition(connection: Connection, day: date) -> None:
    """Record the day as the first partition of the definitions that planned last, stored as its proleptic ordinal."""
    if counter(connection, _NAME) != day.toordinal():
        set_counter(connection, _NAME, day.toordinal())


def recorded_first_partition(connection: Connection) -> date | None:
    """Return the first partition of the definitions that planned last; None before the first plan."""
    ordinal = counter(connection, _NAME)
    return date.fromordinal(ordinal) if ordinal else None
