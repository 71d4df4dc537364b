"""Circuit breakers and request budgets, shared by every process through the operational database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from orchestration.delivery.circuit import StoredCircuit
from orchestration.delivery.failures import CircuitOpen, QuotaExceeded
from orchestration.delivery.rate_limit import RequestBudget
from orchestration.state.database import StateDatabase

NOW = datetime(2026, 11, 20, 15, 4, 5, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def test_a_circuit_opens_after_five_failures_and_lets_one_try_through_later(state: StateDatabase):
    clock = Clock()
    circuit = StoredCircuit(state, "salesforce", clock)
    for _ in range(4):
        circuit.failed()
        circuit.check()
    circuit.failed()
    with pytest.raises(CircuitOpen):
        StoredCircuit(state, "salesforce", clock).check()
    StoredCircuit(state, "amplitude", clock).check()
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
