"""What operators do to a home, by real processes: each call is there once, and what was lost is analysed again.

The ordinary suite takes a few calls and one round; ``make chaos`` sets ``VOICE_ROUNDS`` for more of each.
"""

import os
import random
import shutil
from pathlib import Path
from typing import Any

import pytest

from contract.platform.settings import Settings
from contract.platform.store import Store
from orchestration.local_run import run_pending
from orchestration.resources import Platform
from orchestration.state.database import StateDatabase
from orchestration.warehouse.agreement import compare
from orchestration.warehouse.reader import open_published
from tests.orchestration.test_killed_runs import RUN, environment
from tests.support.documents import NOW, put, session
from tests.support.forked import start_voice

ROUNDS = int(os.environ.get("VOICE_ROUNDS", "1"))
CALLS = 4 * ROUNDS
DICE = random.Random(20261130)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home whose store has a few calls that nothing has processed yet."""
    monkeypatch.setenv("VOICE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("VOICE_NOW", NOW.isoformat())
    deliver(tmp_path / "home", range(CALLS))
    return tmp_path / "home"


def deliver(home: Path, numbers: range) -> None:
    platform = Platform(Settings(home=home, now=NOW, workers=1))  # pyright: ignore[reportCallIssue]
    for number in numbers:
        put(platform, session(f"call_{number}"))


def run(home: Path, batch_sessions: int = 1000) -> dict[str, Any]:
    """The summary of a run in this process, which closes its database as a process would."""
    platform = Platform(Settings(home=home, now=NOW, workers=1, batch_sessions=batch_sessions))  # pyright: ignore[reportCallIssue]
    try:
        return run_pending(platform).__dict__
    finally:
        platform.state.close()


def assert_each_call_is_there_once(home: Path, calls: int = CALLS) -> None:
    settings = Settings(home=home)
    with open_published(settings) as published:
        sessions = published.execute("select count(*), count(distinct session_id) from sessions").fetchall()
        counted = published.execute("select sum(calls) from daily_calls").fetchall()
    assert (sessions, counted) == ([(calls, calls)], [(calls,)])
    compared = compare(settings, StateDatabase(settings.state))
    assert compared is not None
    assert compared.problem is None


def forget_state(home: Path) -> None:
    for path in home.glob("state.db*"):
        path.unlink()


def lake_parts(home: Path, asset: str) -> list[Path]:
    return sorted((home / "store" / "lake" / asset).rglob("*.parquet"))


def test_two_first_runs_at_once_leave_each_call_once_and_a_home_that_runs_on(home: Path):
    outputs = [home.with_suffix(f".output{number}") for number in range(2)]
    processes = [start_voice(RUN, environment(home), output) for output in outputs]
    for process, output in zip(processes, outputs, strict=True):
        process.join(900)
        assert process.exitcode == 0, output.read_text()
    deliver(home, range(CALLS, CALLS + 1))
    assert run(home)["warehouse_problem"] is None
    assert_each_call_is_there_once(home, CALLS + 1)


def test_a_lost_and_a_restored_state_database_double_nothing_and_lose_nothing(home: Path, tmp_path: Path):
    run(home)
    shutil.copyfile(home / "state.db", tmp_path / "backup")
    deliver(home, range(CALLS, CALLS + 2))
    run(home)
    forget_state(home)
    shutil.copyfile(tmp_path / "backup", home / "state.db")
    run(home)
    assert_each_call_is_there_once(home, CALLS + 2)
    forget_state(home)
    run(home)
    assert_each_call_is_there_once(home, CALLS + 2)


def test_lost_and_damaged_lake_parts_under_a_lost_warehouse_are_said_and_made_again(home: Path):
    run(home, batch_sessions=2)
    lost, damaged = DICE.sample(lake_parts(home, "analysis_results"), 2)
    lost.unlink()
    damaged.write_bytes(damaged.read_bytes()[: DICE.randrange(1000)])
    shutil.rmtree(home / "warehouse")
    summary = run(home)
    assert "missing from the lake" in summary["analysed_again"]
    assert damaged.name in summary["quarantined"]
    assert_each_call_is_there_once(home)
    assert Store((home / "store").as_uri()).get(f"quarantine/{damaged.relative_to(home / 'store').as_posix()}") is not None
