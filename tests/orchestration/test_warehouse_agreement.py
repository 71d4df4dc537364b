"""``voice run``, ``voice status`` and the doctor see a published warehouse that disagrees with the ledger."""

from __future__ import annotations

import duckdb
import pytest
from typer.testing import CliRunner

from orchestration.cli.commands import commands
from orchestration.local_run import run_pending
from orchestration.resources import Platform
from orchestration.state.tables import DOCUMENTS
from orchestration.warehouse.agreement import compare
from orchestration.warehouse.publish import publish


def status() -> str:
    return CliRunner().invoke(commands, ["status"]).output.replace("\n", " ")


def change_the_warehouse(platform: Platform, sql: str) -> None:
    with duckdb.connect(str(platform.settings.warehouse_path)) as warehouse:
        warehouse.execute("update staging.int_session_measures set analysis_seq = analysis_seq + 1")
        warehouse.execute(sql)
    publish(platform.settings)


def test_agreement_is_silent(two_calls: Platform):
    found = compare(two_calls.settings, two_calls.state)
    assert found is not None
    assert found.problem is None
    assert "disagrees" not in status()


def test_doubled_rows_are_said_and_the_next_run_removes_them(two_calls: Platform):
    change_the_warehouse(two_calls, "insert into main.sessions select * from main.sessions where session_id = 'one'")
    assert "more than once: 1 (one)" in status()
    assert run_pending(two_calls).warehouse_problem is None
    assert "disagrees" not in status()


def test_a_session_the_ledger_calls_built_and_one_it_never_received_are_named(two_calls: Platform):
    change_the_warehouse(two_calls, "update main.sessions set session_id = 'stranger' where session_id = 'two'")
    said = status()
    assert "not in the warehouse: 1 (two)" in said
    assert "unknown to the ledger: 1 (stranger)" in said
    assert "stranger" in str(run_pending(two_calls).warehouse_problem)


@pytest.mark.parametrize("state", ["discovered", "claimed"])
def test_a_session_that_is_worked_on_again_is_not_missed(two_calls: Platform, state: str):
    change_the_warehouse(two_calls, "delete from main.sessions where session_id = 'two'")
    with two_calls.state.writing() as connection:
        connection.execute(DOCUMENTS.update().where(DOCUMENTS.c.session_id == "two").values(state=state))
    found = compare(two_calls.settings, two_calls.state)
    assert found is not None
    assert found.problem is None
