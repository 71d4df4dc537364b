"""Circuit breakers and request budgets, shared by every process through the operational database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from orchestration.delivery.circuit import Circuit
from orchestration.delivery.failures import CircuitOpen, DestinationUnavailable, QuotaExceeded
from orchestration.delivery.rate_limit import RequestBudget
from orchestration.delivery.retrying import call_with_retry, retry_after
from orchestration.state.database import StateDatabase

NOW = datetime(2026, 11, 20, 15, 4, 5, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def state(tmp_path: Path) -> Iterator[StateDatabase]:
    database = StateDatabase(tmp_path / "state.db")
    yield database
    database.close()


def test_a_circuit_opens_after_five_failures_and_lets_one_try_through_later(state: StateDatabase):
    clock = Clock()
    circuit = Circuit(state, "salesforce", clock)
    for _ in range(4):
        circuit.failed()
        circuit.check()
    circuit.failed()
    with pytest.raises(CircuitOpen):
        Circuit(state, "salesforce", clock).check()
    Circuit(state, "amplitude", clock).check()
    clock.sleep(301)
    circuit.check()
    circuit.failed()
    with pytest.raises(CircuitOpen):
        circuit.check()
    clock.sleep(301)
    circuit.succeeded()
    circuit.failed()
    circuit.check()


def test_a_budget_is_shared_and_a_spent_minute_waits(state: StateDatabase):
    clock = Clock()
    budgets = [RequestBudget(state, "amplitude", 3, 60, clock, clock.sleep) for _ in range(2)]
    for budget in (budgets * 2)[:3]:
        budget.take()
    assert clock.now == NOW
    budgets[1].take()
    assert clock.now == NOW.replace(minute=5, second=0)
    assert budgets[0].spent() == 1


def test_a_spent_day_is_not_waited_for(state: StateDatabase):
    clock = Clock()
    budget = RequestBudget(state, "salesforce", 1, 86_400, clock, clock.sleep)
    budget.take()
    with pytest.raises(QuotaExceeded):
        budget.take()
    clock.sleep(86_400)
    budget.take()


def test_both_forms_of_retry_after_are_read():
    assert retry_after("17", NOW) == 17
    assert retry_after("Fri, 20 Nov 2026 15:04:35 GMT", NOW) == 30
    assert retry_after("Fri, 20 Nov 2015 15:04:35 GMT", NOW) == 0
    assert (retry_after("soon", NOW), retry_after(None, NOW)) == (None, None)


def test_three_more_tries_after_one_two_and_four_seconds():
    slept: list[float] = []

    def away() -> None:
        raise DestinationUnavailable("Away.", "Later.")

    with pytest.raises(DestinationUnavailable):
        call_with_retry(away, slept.append)
    assert [int(seconds) for seconds in slept] == [1, 2, 4]


def test_who_asks_for_too_long_is_left_for_the_next_run():
    slept: list[float] = []

    def busy() -> None:
        raise DestinationUnavailable("Busy.", "Later.", retry_after=3600)

    with pytest.raises(DestinationUnavailable):
        call_with_retry(busy, slept.append)
    assert slept == []
