"""A circuit opens after failures in a row, lets one try through later, and closes with a success."""

from __future__ import annotations

from contract.platform.circuit import CLOSED, CircuitBreaker, CircuitState

BREAKER = CircuitBreaker(failures=3, open_for=60.0)


def failed(times: int, now: float = 0.0) -> CircuitState:
    state = CLOSED
    for _ in range(times):
        state = BREAKER.after_failure(state, now)
    return state


def test_a_circuit_opens_at_the_third_failure_in_a_row():
    assert [BREAKER.is_open(failed(times), 0.0) for times in range(5)] == [False, False, False, True, True]


def test_an_open_circuit_lets_a_try_through_after_its_time():
    assert BREAKER.is_open(failed(3, now=100.0), 159.9)
    assert not BREAKER.is_open(failed(3, now=100.0), 160.0)


def test_while_one_try_is_under_way_nobody_else_tries():
    assert BREAKER.is_open(BREAKER.half_open(failed(3), 60.0), 119.9)
    assert BREAKER.half_open(failed(2), 60.0) == failed(2)


def test_a_failed_try_opens_the_circuit_again():
    assert BREAKER.is_open(BREAKER.after_failure(failed(3), 60.0), 119.9)


def test_a_pause_opens_at_once_and_the_next_failure_reopens():
    paused = BREAKER.paused(CLOSED, 0.0, 3600.0)
    assert BREAKER.is_open(paused, 3599.0)
    assert not BREAKER.is_open(paused, 3600.0)
    assert BREAKER.is_open(BREAKER.after_failure(paused, 3600.0), 3659.0)
