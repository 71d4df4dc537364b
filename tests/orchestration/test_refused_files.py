"""What the operating system refuses ends in a problem and a remedy, never in a traceback."""

from __future__ import annotations

import errno
import sys
from pathlib import Path

import pytest

from orchestration import cli


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


def test_a_report_is_not_written_into_the_place_of_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    folder = tmp_path / "reports"
    folder.mkdir()
    assert exit_of(monkeypatch, tmp_path, "report", "daily", "--out", str(folder)) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["reports"]


def test_a_full_disk_ends_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "/home/anna/state.db")

    monkeypatch.setattr(Path, "mkdir", full)
    assert exit_of(monkeypatch, tmp_path, "status") == 1
    shown = capsys.readouterr().err
    assert "Free space" in shown
    assert "anna" not in shown
