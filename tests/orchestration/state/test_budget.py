"""One budget for all runs: two processes never take more than a minute's requests or a day's money together."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from analyzers.language.openai_engine.budget import Need, SpendingLimits, Wait
from analyzers.language.openai_engine.failures import CeilingReached
from orchestration.state.budget import StateBudget
from orchestration.state.database import StateDatabase

TAKER = """
import sys
from datetime import UTC, datetime
from analyzers.language.openai_engine.budget import Need, SpendingLimits, Wait
from analyzers.language.openai_engine.failures import CeilingReached
from contract.platform.settings import Settings
from orchestration.state.budget import StateBudget
from orchestration.state.database import StateDatabase

limits = SpendingLimits(int(sys.argv[1]), 10**9, float(sys.argv[2]))
budget = StateBudget(StateDatabase(Settings().state), limits, lambda: datetime(2026, 11, 20, 15, tzinfo=UTC))
sys.stdin.readline()
granted = 0
try:
    while not isinstance(budget.reserve(Need(10, 0.01)), Wait):
        granted += 1
except CeilingReached:
    pass
print(granted)
"""


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 20, 23, 59, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def two_takers(requests: int, daily_usd: float) -> list[int]:
    command = [sys.executable, "-c", TAKER, str(requests), str(daily_usd)]
    takers = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    for taker in takers:
        assert taker.stdin
        taker.stdin.write("go\n")
        taker.stdin.flush()
    return [int(taker.communicate()[0]) for taker in takers]


def test_two_processes_share_the_requests_of_a_minute(state: StateDatabase):
    assert sum(two_takers(40, 1000.0)) == 40


def test_two_processes_share_the_money_of_a_day(state: StateDatabase):
    assert sum(two_takers(10_000, 0.305)) == 30


def test_who_must_wait_is_told_how_long_and_then_let_through(state: StateDatabase):
    clock = Clock()
    budget = StateBudget(state, SpendingLimits(2, 1000, 10.0), clock)
    budget.reserve(Need(10, 0.01))
    clock.now += timedelta(seconds=20)
    budget.reserve(Need(10, 0.01))
    assert budget.reserve(Need(10, 0.01)) == Wait(40.0)
    clock.now += timedelta(seconds=40)
    assert isinstance(budget.reserve(Need(10, 0.01)), int)


def test_tokens_really_used_make_room_for_others(state: StateDatabase):
    budget = StateBudget(state, SpendingLimits(100, 1000, 10.0), Clock())
    first = budget.reserve(Need(900, 0.01))
    assert isinstance(first, int)
    assert isinstance(budget.reserve(Need(200, 0.01)), Wait)
    budget.settle(first, 100, 0.001)
    assert isinstance(budget.reserve(Need(200, 0.01)), int)


def test_a_settlement_gives_back_what_was_not_spent_and_counts_once(state: StateDatabase):
    clock = Clock()
    budget = StateBudget(state, SpendingLimits(100, 1000, 0.10), clock)
    reservation = budget.reserve(Need(10, 0.09))
    assert isinstance(reservation, int)
    with pytest.raises(CeilingReached, match="VOICE_OPENAI_DAILY_USD"):
        budget.reserve(Need(10, 0.02))
    for _ in range(2):
        budget.settle(reservation, 10, 0.03)
    assert budget.spent_on(clock.now.date()) == pytest.approx(0.03)
    assert isinstance(budget.reserve(Need(10, 0.02)), int)


def test_money_counts_on_the_day_it_was_reserved(state: StateDatabase):
    clock = Clock()
    budget = StateBudget(state, SpendingLimits(100, 1000, 0.10), clock)
    reservation, day = budget.reserve(Need(10, 0.09)), clock.now.date()
    assert isinstance(reservation, int)
    clock.now += timedelta(minutes=5)
    budget.settle(reservation, 10, 0.05)
    assert (budget.spent_on(day), budget.spent_on(clock.now.date())) == (pytest.approx(0.05), 0.0)
