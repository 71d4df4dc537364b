"""A call that fails while it is redone keeps its earlier analysis; the failure is recorded, shown, and can be tried again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import dagster as dg
import pytest
from sqlalchemy import func, select
from typer.testing import CliRunner

from analyzers.reports import ANALYZERS
from contract.document.keys import REJECTED
from orchestration.analysis import calls
from orchestration.backfill import runner
from orchestration.cli.commands import commands
from orchestration.defs.assembly import build_definitions
from orchestration.defs.in_process import QUIET
from orchestration.local_run import run_pending
from orchestration.resources import Platform
from orchestration.state.claims import claim, register_run
from orchestration.state.reconciliation import reconcile
from orchestration.state.tables import DOCUMENTS, REJECTIONS
from tests.support.documents import NOW, START, put, session
from tests.support.warehouse_content import content

FAILING = "call_0_1"
FIRST = START.date().isoformat()
REPORTS = ("lead_score", "executive_summary", "analysis_results")
LEDGER = ("business_alerts", "analysed_sessions")
LAST = START.date().replace(day=START.day + 1).isoformat()
BACKFILL = ["backfill", "--from", FIRST, "--to", LAST, "--yes"]
RUNNER = CliRunner()


@pytest.fixture
def breaks(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Make the lead score of one call fail, in backfills and in runs; calling what this gives mends the analyzer."""
    patch = pytest.MonkeyPatch()

    def brittle(run: Callable[..., object]) -> Callable[..., object]:
        def scored(call: object, *inputs: object) -> object:
            if call.document.session_id == FAILING:  # type: ignore[attr-defined]
                raise KeyError("what was said")
            return run(call, *inputs)

        return scored

    broken = tuple(replace(one, run=brittle(one.run)) if one.name == "lead_score" else one for one in ANALYZERS)  # type: ignore[arg-type]
    patch.setattr(calls, "ANALYZERS", broken)
    monkeypatch.setattr(runner, "publish_due", lambda platform: 0.0)
    yield patch.undo
    patch.undo()


def command(*more: str) -> dict[str, object]:
    done = RUNNER.invoke(commands, [*BACKFILL, *more, "--json"], catch_exceptions=False)
    return json.loads(done.stdout)


def status() -> list[dict[str, object]]:
    return json.loads(RUNNER.invoke(commands, ["status", "--json"], catch_exceptions=False).stdout)["failed_redos"]


def nothing_is_rejected(platform: Platform) -> bool:
    with platform.state.reading() as connection:
        rows = connection.execute(select(func.count()).select_from(REJECTIONS)).scalar_one()
    totals = reconcile(platform.state, NOW)
    return (rows, list(platform.store.list(f"{REJECTED}/")), totals.analysed, totals.pending) == (0, [], 6, 0)


def sequence(platform: Platform, session_id: str = FAILING) -> int:
    with platform.state.reading() as connection:
        return connection.execute(select(DOCUMENTS.c.analysis_seq).where(DOCUMENTS.c.session_id == session_id)).scalar_one()


def test_a_call_that_fails_in_a_backfill_keeps_its_analysis_and_is_rejected_nowhere(
    days_of_calls: Platform, breaks: Callable[[], None]
):
    summary = command("--analyzer", "lead_score")
    assert (summary["redone"], summary["failed"], summary["left_alone"]) == (5, 1, 0)
    assert nothing_is_rejected(days_of_calls)
    assert sequence(days_of_calls) == 1
    assert sequence(days_of_calls, "call_0_0") > 1
    [failure] = summary["failures"]  # type: ignore[misc]
    assert (failure["session_id"], failure["reason"]) == (FAILING, "analysis_failed")
    assert failure["detail"] == "analyzer lead_score raised KeyError"
    [counted] = status()
    assert (counted["reason"], counted["documents"]) == ("analysis_failed", 1)
    assert "--failed" in str(counted["remedy"])


def test_the_end_of_the_command_names_the_calls_that_failed_and_what_to_do(days_of_calls: Platform, breaks: Callable[[], None]):
    printed = " ".join(RUNNER.invoke(commands, BACKFILL, catch_exceptions=False).stdout.split())
    assert "keep their earlier analysis" in printed
    assert FAILING in printed
    assert "--failed" in printed
    printed = " ".join(RUNNER.invoke(commands, ["status"], catch_exceptions=False).stdout.split())
    assert "analysis_failed" in printed
    printed = " ".join(RUNNER.invoke(commands, ["explain", FAILING], catch_exceptions=False).stdout.split())
    assert "analyzer lead_score raised KeyError" in printed


def test_only_what_failed_is_tried_again_and_is_forgotten_when_it_succeeds(days_of_calls: Platform, breaks: Callable[[], None]):
    command()
    again = command("--failed")
    assert (again["redone"], again["failed"]) == (0, 1)
    assert len(status()) == 1
    breaks()
    mended = command("--failed")
    assert (mended["redone"], mended["failed"], mended["failures"]) == (1, 0, [])
    assert status() == []
    assert sequence(days_of_calls) > 1


def test_a_failed_call_that_a_run_of_new_calls_has_claimed_meanwhile_is_left_to_it(
    days_of_calls: Platform, breaks: Callable[[], None], monkeypatch: pytest.MonkeyPatch
):
    redo = runner.redo_chunk

    def claimed_meanwhile(platform: Platform, chunk: runner.ChunkWork) -> runner.ChunkResult:
        result = redo(platform, chunk)
        with platform.state.writing() as connection:
            register_run(connection, "live", NOW, 60)
            claim(connection, "live", [d.store_key for d in chunk.documents if d.session_id in result.failures])
        return result

    monkeypatch.setattr(runner, "redo_chunk", claimed_meanwhile)
    summary = command("--analyzer", "lead_score")
    assert (summary["redone"], summary["failed"], summary["left_alone"]) == (5, 0, 1)
    assert status() == []


def test_a_backfill_with_a_failing_call_leaves_every_table_as_it_was(
    days_of_calls: Platform, breaks: Callable[[], None], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.undo()
    for name, value in {"HOME": str(days_of_calls.settings.home), "NOW": NOW.isoformat(), "WORKERS": "1"}.items():
        monkeypatch.setenv(f"VOICE_{name}", value)
    before = content(days_of_calls.settings)
    assert command()["failed"] == 1
    after = content(days_of_calls.settings)
    assert {table for table, rows in after.items() if rows != before[table]} == set()


def redo_day(platform: Platform, *assets: str) -> None:
    """Materialize assets of the first day again, as from the Dagster UI."""
    job = build_definitions(Platform(platform.settings)).resolve_implicit_global_asset_job_def()
    with dg.DagsterInstance.ephemeral() as instance:
        selected = job.get_subset(asset_selection={dg.AssetKey(asset) for asset in assets})
        done = selected.execute_in_process(run_config=QUIET, instance=instance, partition_key=FIRST, raise_on_error=False)
        assert done.success


@pytest.mark.parametrize(
    "before", [(), ("session_documents", "transcript_annotations")], ids=["some assets", "from the documents on"]
)
def test_a_call_that_fails_when_a_day_is_redone_keeps_its_analysis(
    days_of_calls: Platform, breaks: Callable[[], None], before: tuple[str, ...]
):
    others = () if not before else tuple(one.name for one in ANALYZERS if one.name not in REPORTS)
    redo_day(days_of_calls, *before, *others, *REPORTS, *LEDGER)
    assert nothing_is_rejected(days_of_calls)
    assert sequence(days_of_calls) == 1
    assert sequence(days_of_calls, "call_0_0") > 1
    assert [(counted["reason"], counted["documents"]) for counted in status()] == [("analysis_failed", 1)]
    breaks()
    redo_day(days_of_calls, *before, *others, *REPORTS, *LEDGER)
    assert sequence(days_of_calls) > 1
    assert status() == []


def test_a_correction_that_fails_is_rejected_for_it_was_never_analysed(days_of_calls: Platform, breaks: Callable[[], None]):
    command("--analyzer", "lead_score")
    put(days_of_calls, session(FAILING, START + timedelta(minutes=1), revision=2, duration_seconds=50))
    summary = run_pending(days_of_calls)
    assert (summary.analysed, summary.rejected, summary.pending) == (5, 1, 0)
    assert status() == []
