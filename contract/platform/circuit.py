"""A circuit breaker's rule, without storage: when to leave a service alone that fails again and again, and when to try it again.

Moments and spans are seconds on whatever clock the caller keeps; where the state is held (memory, database) is the caller's too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class CircuitState:
    """Failures in a row, and the moment until which the service is left alone; as it begins, and after a success, closed."""

    failures: int = 0
    open_until: float | None = None


CLOSED = CircuitState()


@dataclass(frozen=True, slots=True)
class CircuitBreaker:
    """Opens after ``failures`` in a row, for ``open_for`` seconds; then one try is let through, and its failure opens it again."""

    failures: int
    open_for: float

    def is_open(self, state: CircuitState, now: float) -> bool:
        return state.open_until is not None and state.open_until > now

    def after_failure(self, state: CircuitState, now: float) -> CircuitState:
        failures = state.failures + 1
        return CircuitState(failures, now + self.open_for if failures >= self.failures else None)

    def half_open(self, state: CircuitState, now: float) -> CircuitState:
        """Return the state while one try is under way: open to everybody else, for as long as after a failure."""
        return replace(state, open_until=now + self.open_for) if state.failures >= self.failures else state

    def paused(self, state: CircuitState, now: float, seconds: float) -> CircuitState:
        """Return the state after the service itself asked to be left alone: open at once, and again at the next failure."""
        return CircuitState(state.failures + self.failures, now + seconds)
