"""Circuit breakers of destinations, shared by every process through the operational database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert

from orchestration.delivery.failures import CircuitOpen
from orchestration.state.budget import real_time
from orchestration.state.database import StateDatabase
from orchestration.state.tables import CIRCUITS

FAILURES_IN_A_ROW = 5
OPEN_FOR = timedelta(minutes=5)
QUOTA_PAUSE = timedelta(hours=1)


class Circuit:
    """Opens for five minutes after five failures in a row; then one try is let through, and success closes it."""

    def __init__(self, state: StateDatabase, destination: str, clock: Callable[[], datetime] = real_time) -> None:
        self._state, self._destination, self._clock = state, destination, clock

    def check(self) -> None:
        """``CircuitOpen`` while the destination is left alone."""
        with self._state.reading() as connection:
            until = connection.execute(
                select(CIRCUITS.c.open_until).where(CIRCUITS.c.destination == self._destination)
            ).scalar_one_or_none()
        if until is not None and until > self._clock():
            raise CircuitOpen(
                f"{self._destination.capitalize()} failed several times in a row and is left alone until {until:%H:%M:%S} UTC.",
                "What is due stays due: it is tried again then, or see 'voice doctor'.",
            )

    def succeeded(self) -> None:
        with self._state.writing() as connection:
            connection.execute(delete(CIRCUITS).where(CIRCUITS.c.destination == self._destination))

    def failed(self) -> None:
        self._note(1, None)

    def pause(self, span: timedelta = QUOTA_PAUSE) -> None:
        """Leave the destination alone at once: it said itself that it takes no more."""
        self._note(FAILURES_IN_A_ROW, self._clock() + span)

    def _note(self, failures: int, until: datetime | None) -> None:
        with self._state.writing() as connection:
            c = CIRCUITS.c
            so_far = connection.execute(select(c.failures).where(c.destination == self._destination)).scalar_one_or_none() or 0
            total = so_far + failures
            until = until or (self._clock() + OPEN_FOR if total >= FAILURES_IN_A_ROW else None)
            entry = insert(CIRCUITS).values(destination=self._destination, failures=total, open_until=until)
            change = {"failures": total, "open_until": until}
            connection.execute(entry.on_conflict_do_update(index_elements=["destination"], set_=change))
