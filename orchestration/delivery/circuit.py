"""Break the circuit to a destination that keeps failing; every process shares the state through the operational database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, delete, select

from contract.platform.circuit import CLOSED, CircuitBreaker, CircuitState
from contract.platform.times import real_time
from orchestration.delivery.failures import CircuitOpen
from orchestration.state.database import StateDatabase, upsert
from orchestration.state.tables import CIRCUITS

BREAKER = CircuitBreaker(failures=5, open_for=300.0)
QUOTA_PAUSE = timedelta(hours=1)  # vendors' daily allocations are counted over rolling hours


class StoredCircuit:
    """Open for five minutes after five consecutive failures; then allow one attempt, whose success closes the circuit."""

    def __init__(self, state: StateDatabase, destination: str, clock: Callable[[], datetime] = real_time) -> None:
        self._state, self._destination, self._clock = state, destination, clock

    def check(self) -> None:
        """Raise ``CircuitOpen`` while the circuit is open."""
        with self._state.reading() as connection:
            state = self._stored(connection)
        if state.open_until is not None and BREAKER.is_open(state, self._clock().timestamp()):
            until = datetime.fromtimestamp(state.open_until, UTC)
            raise CircuitOpen(
                f"{self._destination.capitalize()} failed several times in a row; its circuit is open until {until:%H:%M:%S} UTC.",
                "What is due stays due and is tried again then; 'voice doctor' checks the destination.",
            )

    def succeeded(self) -> None:
        with self._state.writing() as connection:
            connection.execute(delete(CIRCUITS).where(CIRCUITS.c.destination == self._destination))

    def failed(self) -> None:
        self._change(BREAKER.after_failure)

    def pause(self, span: timedelta = QUOTA_PAUSE) -> None:
        """Open the circuit at once, because the vendor said that its quota is used up."""
        self._change(lambda state, now: BREAKER.paused(state, now, span.total_seconds()))

    def _change(self, change: Callable[[CircuitState, float], CircuitState]) -> None:
        now = self._clock().timestamp()
        with self._state.writing() as connection:
            new = change(self._stored(connection), now)
            until = None if new.open_until is None else datetime.fromtimestamp(new.open_until, UTC)
            row = {"destination": self._destination, "failures": new.failures, "open_until": until}
            upsert(connection, CIRCUITS, [row])

    def _stored(self, connection: Connection) -> CircuitState:
        c = CIRCUITS.c
        row = connection.execute(select(c.failures, c.open_until).where(c.destination == self._destination)).one_or_none()
        return CLOSED if row is None else CircuitState(row.failures, row.open_until.timestamp() if row.open_until else None)
