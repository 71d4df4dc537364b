"""A breaker: when the service stays away from several sessions in a row, the next ones do not wait for it one by one."""

from __future__ import annotations

from collections.abc import Callable


class Circuit:
    """Open after ``failures`` in a row, for ``seconds``; then one session may try again. Used from one event loop."""

    def __init__(self, clock: Callable[[], float], failures: int = 3, seconds: float = 60.0) -> None:
        self._clock, self._failures, self._seconds = clock, failures, seconds
        self._in_a_row = 0
        self._opened = 0.0
        self._why = ""

    def why_open(self) -> str | None:
        """The reason of the last failure while it is open."""
        if self._in_a_row < self._failures:
            return None
        if self._clock() - self._opened >= self._seconds:
            self._opened = self._clock()
            return None
        return self._why

    def failed(self, why: str) -> None:
        self._in_a_row += 1
        self._opened, self._why = self._clock(), why

    def answered(self) -> None:
        self._in_a_row = 0
