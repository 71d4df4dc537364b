"""What the operating system refuses ends in a problem and a remedy, never in a traceback."""

from __future__ import annotations

import errno
import sqlite3
import sys
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
import sqlalchemy.exc

from contract.document.keys import session_key
from contract.platform.failures import PermanentFailure
from orchestration import cli
from orchestration.local_run import run_pending
from orchestration.resources import Platform
from orchestration.state.reconciliation import reconcile
from tests.support.documents import START, packed, put, session


def exit_of(monkeypatch: pytest.MonkeyPatch, home: str | Path, *words: str) -> int | str | None:
    monkeypatch.setenv("VOICE_HOME", str(home))
    monkeypatch.setattr(sys, "argv", ["voice", *words])
    with pytest.raises(SystemExit) as ended:
        cli.app()
    return ended.value.code


def test_a_home_that_is_a_file_is_named_as_the_setting_to_correct(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    (tmp_path / "anna").touch()
    assert exit_of(monkeypatch, tmp_path / "anna", "status") == 2
    shown = capsys.readouterr().err
    assert "VOICE_HOME" in shown
    assert "anna" not in shown


def test_the_doctor_reports_a_home_that_cannot_be_made(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    assert exit_of(monkeypatch, "/proc/x", "doctor") in (1, 2)
    shown = capsys.readouterr()
    assert "VOICE_HOME" in shown.out + shown.err


def test_a_report_is_not_written_into_the_place_of_a_folder(
    two_calls: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    folder = tmp_path / "out" / "reports"
    folder.mkdir(parents=True)
    assert (
        exit_of(monkeypatch, two_calls.settings.home, "report", "daily", "--date", f"{START:%Y-%m-%d}", "--out", str(folder)) == 2
    )
    assert "is a directory" in capsys.readouterr().err
    assert [path.name for path in folder.parent.iterdir()] == ["reports"]


def test_a_clock_that_was_set_back_rejects_what_is_dated_after_it(platform: Platform):
    past = Platform(platform.settings.model_copy(update={"now": datetime(2020, 1, 1, tzinfo=UTC)}))
    put(past, session("call"))
    summary = run_pending(past)
    assert (summary.analysed, summary.rejected) == (0, 1)
    assert [(reason.reason, reason.documents) for reason in reconcile(past.state, past.now()).reasons] == [("dated_in_future", 1)]
    past.state.close()


def test_a_full_disk_ends_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "/home/anna/state.db")

    monkeypatch.setattr(Path, "mkdir", full)
    assert exit_of(monkeypatch, tmp_path, "status") == 1
    shown = capsys.readouterr().err
    assert "Free space" in shown
    assert "anna" not in shown


@pytest.mark.parametrize(
    "error",
    [
        sqlalchemy.exc.OperationalError("insert into documents", {}, sqlite3.OperationalError("database or disk is full")),
        duckdb.IOException('IO Error: Could not write file "/home/anna/w.duckdb": No space left on device'),
    ],
    ids=["sqlite", "duckdb"],
)
def test_a_disk_that_fills_inside_a_database_ends_with_what_to_do(
    error: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def full(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("orchestration.local_run.run_pending", full)
    assert exit_of(monkeypatch, tmp_path, "run") == 1
    shown = capsys.readouterr().err
    assert "The disk is full." in shown
    assert "anna" not in shown


def test_a_disk_that_fills_inside_a_step_ends_the_run_with_what_to_do(platform: Platform, monkeypatch: pytest.MonkeyPatch):
    def full(*_: object, **__: object) -> None:
        raise duckdb.IOException("IO Error: Could not write to file: No space left on device")

    platform.store.put(session_key("call", START), packed(session("call")))
    monkeypatch.setattr("orchestration.defs.assets.warehouse_build.renew_warehouse", full)
    with pytest.raises(PermanentFailure) as failed:
        run_pending(platform)
    assert failed.value.problem == "The disk is full."
    monkeypatch.undo()
    assert run_pending(platform).analysed == 1
