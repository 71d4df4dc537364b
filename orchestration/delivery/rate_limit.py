"""Limit requests to a destination by minute or day; every process shares the budget through the operational database."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, select

from contract.platform.times import real_time
from orchestration.delivery.failures import QuotaExceeded
from orchestration.state.database import StateDatabase, upsert
from orchestration.state.tables import REQUEST_WINDOWS

_KEPT = timedelta(days=2)  # windows kept: today and yesterday, for inspection


class RequestBudget:
    """Allow at most ``limit`` requests per window of ``seconds``; a used-up day raises ``QuotaExceeded``, shorter windows wait."""

    def __init__(
        self,
        state: StateDatabase,
        destination: str,
        limit: int,
        seconds: int,
        clock: Callable[[], datetime] = real_time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._state, self._destination, self._limit, self._seconds = state, destination, limit, seconds
        self._clock, self._sleep = clock, sleep

    def take(self) -> None:
        """Count one request, or wait for the next window; never exceeds the limit over all processes."""
        while not self._taken():
            wait = self._seconds - self._clock().timestamp() % self._seconds
            if self._seconds > 60:
                raise QuotaExceeded(
                    f"The budget of {self._limit} requests for {self._destination} is spent.",
                    f"It starts again in {wait / 3600:.1f} hours; raise it in the settings if the vendor allows more.",
                    retry_after=wait,
                )
            self._sleep(wait)

    def spent(self) -> int:
        """Return the number of requests counted in the present window."""
        c = REQUEST_WINDOWS.c
        with self._state.reading() as connection:
            query = select(func.sum(c.requests)).where(c.destination == self._destination, c.window_start == self._window())
            return connection.execute(query).scalar_one() or 0

    def _window(self) -> datetime:
        stamp = self._clock().timestamp()
        return datetime.fromtimestamp(stamp - stamp % self._seconds, UTC)

    def _taken(self) -> bool:
        c = REQUEST_WINDOWS.c
        window = self._window()
        own = (c.destination == self._destination, c.window_start == window)
        with self._state.writing() as connection:
            if (connection.execute(select(c.requests).where(*own)).scalar_one_or_none() or 0) >= self._limit:
                return False
            row = {"destination": self._destination, "window_start": window, "requests": 1}
            upsert(connection, REQUEST_WINDOWS, [row], lambda new, old: {"requests": old.requests + new.requests})
            connection.execute(delete(REQUEST_WINDOWS).where(c.window_start < window - _KEPT))
        return True
