"""What every command does before its work: names misspelt variables, keeps files private, and knows its version."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from orchestration.cli.commands import commands
from tests.support.documents import packed, session


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("VOICE_HOME", str(tmp_path / "home"))
    before = os.umask(0o022)
    yield tmp_path / "home"
    os.umask(before)


def test_a_misspelt_variable_is_named_with_the_setting_that_was_meant(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("VOICE_SALESFORCE_ULR", "https://org.example")
    monkeypatch.setenv("VOICE_HOM", "/x")
    monkeypatch.setenv("VOICE_KILLS", "3")
    errors = CliRunner().invoke(commands, ["status", "--json"]).stderr
    assert "VOICE_SALESFORCE_ULR is no setting and does nothing: did you mean VOICE_SALESFORCE_URL?" in errors
    assert "did you mean VOICE_HOME?" in errors
    assert "VOICE_KILLS" not in errors
    assert "org.example" not in errors


def test_settings_that_exist_are_no_reason_to_warn(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("VOICE_AMPLITUDE_API_KEY", "secret")
    monkeypatch.setenv("VOICE_AGENT_MEETING_TZ", "UTC")
    assert CliRunner().invoke(commands, ["status", "--json"]).stderr == ""


def test_the_version_is_printed():
    assert CliRunner().invoke(commands, ["--version"]).stdout.startswith("voice 0.")


def test_commands_make_files_that_only_their_owner_can_read(tmp_path: Path, home: Path):
    (tmp_path / "call.json.gz").write_bytes(packed(session("call")))
    for command in (["deliver", str(tmp_path / "call.json.gz")], ["status"]):
        assert CliRunner().invoke(commands, command).exit_code == 0
    open_to_others = [path for path in [home, *home.rglob("*")] if path.stat().st_mode & 0o077]
    assert open_to_others == []
    assert (home / "state.db").exists()
