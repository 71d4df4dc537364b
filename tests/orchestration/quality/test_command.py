"""``voice check`` prints what the hourly job finds; its exit status tells whether an ERROR failed."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from typer.testing import CliRunner

from orchestration.cli.commands import commands
from orchestration.resources import Platform
from tests.support.lake_samples import sample_documents

Damaged = Callable[[str], Platform]
Voice = Callable[..., str]


@pytest.fixture
def voice(monkeypatch: pytest.MonkeyPatch) -> Voice:
    def run(platform: Platform, *arguments: str, status: int) -> str:
        monkeypatch.setenv("VOICE_HOME", str(platform.settings.home))
        monkeypatch.setenv("VOICE_STORE", platform.settings.store_uri)
        monkeypatch.setenv("VOICE_NOW", platform.now().isoformat())
        monkeypatch.setenv("COLUMNS", "400")
        result = CliRunner().invoke(commands, ["check", *arguments], catch_exceptions=False)
        assert result.exit_code == status, result.output
        return result.stdout

    return run


def facts(output: str) -> dict[str, dict[str, Any]]:
    return {entry["name"]: entry for entry in map(json.loads, output.splitlines())}


def test_sound_data_is_status_0(voice: Voice, sound: Platform):
    found = facts(voice(sound, "--json", status=0))
    assert len(found) > 100
    assert all(entry["passed"] for entry in found.values())


def test_a_failed_error_is_status_1_and_names_sessions_and_what_to_do(voice: Voice, damaged: Damaged):
    found = facts(voice(damaged("update sessions set sentiment = 'mixed'"), "--json", status=1))
    wrong = found["session_sentiment_is_one_of_the_known"]
    assert (wrong["passed"], wrong["severity"], wrong["count"], len(wrong["sessions"])) == (False, "ERROR", 24, 20)
    assert wrong["asset"] == "warehouse/sessions"
    assert "voice explain" in wrong["what_to_do"]


def test_a_failed_warning_is_status_0_and_stands_in_the_table(voice: Voice, damaged: Damaged):
    output = voice(damaged("update leads set email = name, team_size = 0"), status=0)
    line, told = [line for line in output.splitlines() if "lead_team_size_in_range" in line]
    assert " NO " in line
    assert "voice explain" in told
    assert "2 failed" in output
    people = {person for document in sample_documents() for person in (document.user_email, document.user_name) if person}
    assert [person for person in people if person in output] == []
