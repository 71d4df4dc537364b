"""A circuit in memory: when the service fails for several sessions in a row, the next ones do not wait for it one by one."""

from __future__ import annotations

from collections.abc import Callable

from contract.platform.circuit import CLOSED, CircuitBreaker

BREAKER = CircuitBreaker(failures=3, open_for=60.0)


class EngineCircuit:
    """Open after three failures in a row, for a minute; then one session may try again. Used from one event loop."""

    def __init__(self, clock: Callable[[], float], breaker: CircuitBreaker = BREAKER) -> None:
        self._clock, self._breaker = clock, breaker
        self._state = CLOSED
        self._why = ""

    def why_open(self) -> str | None:
        """Return the reason of the last failure while it is open; None lets the one session that asked try."""
        now = self._clock()
        if self._breaker.is_open(self._state, now):
            return self._why
        self._state = self._breaker.half_open(self._state, now)
        return None

    def failed(self, why: str) -> None:
        self._state, self._why = self._breaker.after_failure(self._state, self._clock()), why

    def answered(self) -> None:
        self._state = CLOSED
