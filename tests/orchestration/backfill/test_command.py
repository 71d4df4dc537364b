"""``voice backfill`` as a person or a script calls it."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import func, select
from typer.testing import CliRunner

from contract.platform.failures import TransientFailure
from orchestration.backfill import runner
from orchestration.backfill.runner import only_backfill
from orchestration.cli.commands import commands
from orchestration.resources import Platform
from orchestration.state.counters import counter
from orchestration.state.tables import BACKFILL_CHUNKS, BACKFILLS, ENGINE_DAYS
from tests.support.documents import START

FIRST = START.date().isoformat()
LAST = START.date().replace(day=START.day + 1).isoformat()
DAYS = ["backfill", "--from", FIRST, "--to", LAST]
RUNNER = CliRunner()


@pytest.fixture(autouse=True)
def unbuilt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the build: these tests are of what the command asks, says and remembers."""
    monkeypatch.setattr(runner, "publish_due", lambda platform: 0.0)


def counted(platform: Platform, table: object) -> int:
    with platform.state.reading() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()  # type: ignore[arg-type]


def states(platform: Platform) -> list[str]:
    with platform.state.reading() as connection:
        return list(connection.execute(select(BACKFILLS.c.state).order_by(BACKFILLS.c.id)).scalars())


def test_a_refused_answer_changes_and_spends_nothing(days_of_calls: Platform, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OPENAI_API_KEY", "never used")
    with days_of_calls.state.reading() as connection:
        before = counter(connection, "change"), counter(connection, "analysis")
    answered = RUNNER.invoke(commands, [*DAYS, "--engine", "openai"], input="n\n", catch_exceptions=False)
    assert "Nothing was done." in answered.output
    assert "US dollars" in answered.output
    assert (counted(days_of_calls, BACKFILLS), counted(days_of_calls, ENGINE_DAYS)) == (0, 0)
    with days_of_calls.state.reading() as connection:
        assert (counter(connection, "change"), counter(connection, "analysis")) == before


def test_without_anybody_to_answer_nothing_begins(days_of_calls: Platform):
    assert RUNNER.invoke(commands, [*DAYS, "--analyzer", "performance"], input="").exit_code != 0
    assert counted(days_of_calls, BACKFILLS) == 0


def test_the_same_command_goes_on_with_what_is_left(days_of_calls: Platform, monkeypatch: pytest.MonkeyPatch):
    command = [*DAYS, "--analyzer", "performance", "--yes", "--json"]
    redo, redone = runner.redo_chunk, list[str]()

    def dies_at_the_second(platform: Platform, work: runner.ChunkWork) -> runner.ChunkResult:
        redone.append(work.run_id)
        if len(redone) == 2:
            raise KeyboardInterrupt
        return redo(platform, work)

    monkeypatch.setattr(runner, "redo_chunk", dies_at_the_second)
    assert RUNNER.invoke(commands, command).exit_code == 130
    again = RUNNER.invoke(commands, command, catch_exceptions=False)
    assert "Going on with the same backfill: 3 sessions are left." in again.stderr
    assert json.loads(again.stdout)["redone"] == 6
    assert redone == ["backfill-1-0", "backfill-1-1", "backfill-1-1"]
    assert states(days_of_calls) == ["finished"]


def test_restart_plans_anew(days_of_calls: Platform, monkeypatch: pytest.MonkeyPatch):
    command = [*DAYS, "--analyzer", "performance", "--yes"]
    with monkeypatch.context() as patch:
        patch.setattr(runner, "redo_chunk", _interrupted)
        assert RUNNER.invoke(commands, command).exit_code == 130
    RUNNER.invoke(commands, [*command, "--restart"], catch_exceptions=False)
    assert states(days_of_calls) == ["replaced", "finished"]
    assert counted(days_of_calls, BACKFILL_CHUNKS) == 4


def _interrupted(platform: Platform, work: object) -> None:
    raise KeyboardInterrupt


def test_the_second_of_two_at_once_says_that_one_is_running(days_of_calls: Platform):
    with only_backfill(days_of_calls.settings), pytest.raises(TransientFailure, match="Another backfill is running"):
        RUNNER.invoke(commands, [*DAYS, "--yes"], catch_exceptions=False)


def test_the_plan_alone_counts_sessions_by_day(days_of_calls: Platform):
    printed = RUNNER.invoke(commands, [*DAYS, "--analyzer", "lead_score", "--plan-only", "--json"], catch_exceptions=False)
    plan = json.loads(printed.stdout)
    assert [(day["day"], day["sessions"]) for day in plan["days"]] == [(FIRST, 3), (LAST, 3)]
    assert (plan["sessions"], plan["spending"], plan["measured"]) == (6, None, False)
    assert plan["seconds"] > plan["publishing_seconds"] > 0
    assert counted(days_of_calls, BACKFILLS) == 0


def test_days_without_calls_need_no_backfill(days_of_calls: Platform):
    printed = RUNNER.invoke(commands, ["backfill", "--from", "2026-01-01", "--to", "2026-01-02"], catch_exceptions=False)
    assert "No analysed call" in printed.stdout
