"""``voice evaluate`` as a person calls it, on a few of the calls that may be read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from contract.platform.failures import ConfigurationFailure, PermanentFailure
from orchestration.cli.commands import commands
from tests.evaluation.labelled import SCRIPTS, seen_calls, seen_scripts, write_calls

CALLS = 5


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VOICE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("VOICE_NOW", "2026-11-20T12:00:00Z")
    return tmp_path / "home"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_calls(tmp_path / "calls", seen_calls()[:CALLS])
    return tmp_path / "calls"


def voice(*arguments: str | Path) -> str:
    result = CliRunner().invoke(commands, ["evaluate", *map(str, arguments)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_figures_are_printed_beside_floors_and_stored_once(home: Path, folder: Path):
    first, second = (json.loads(voice(folder, "--part", "seen", "--json")) for _ in range(2))
    assert first == second
    assert (first["calls"], first["part"], first["engine"]) == (CALLS, "seen", "embedded")
    figures = {figure["name"]: figure for figure in first["figures"]}
    assert (figures["single_facts"]["n"], figures["single_facts"]["floor"]) == (CALLS, 0.80)
    assert figures["quotes_verbatim"]["value"] == 1
    assert len((home / "evaluations" / "history.jsonl").read_text().splitlines()) == 1


def test_scripts_score_as_the_documents_they_become(home: Path, folder: Path, tmp_path: Path):
    scripts = tmp_path / "scripted" / "scripts"
    scripts.mkdir(parents=True)
    for path in seen_scripts()[:CALLS]:
        (scripts / path.name).write_bytes(path.read_bytes())
    written, scripted = (json.loads(voice(where, "--json")) for where in (folder, tmp_path / "scripted"))
    assert written == scripted


def test_failures_stand_beside_the_gold(home: Path, folder: Path):
    rows = json.loads(voice(folder, "--failures", "--json"))["failures"]
    assert rows
    assert all(row["gold"] != row["said"] for row in rows)
    assert "floor / goal" in voice(folder)


def test_the_test_part_is_scored_but_never_shown(home: Path, tmp_path: Path):
    with pytest.raises(ConfigurationFailure, match="never read"):
        voice(SCRIPTS.parent, "--failures")
    with pytest.raises(ConfigurationFailure, match="never read"):
        voice(SCRIPTS.parent, "--part", "test", "--failures", "--json")


def test_a_stored_version_is_compared_with_and_one_that_is_not_there_is_said(home: Path, folder: Path):
    version = json.loads(voice(folder, "--json"))["version"]
    again = json.loads(voice(folder, "--against", version, "--json"))
    assert again["against"]["figures"] == again["figures"]
    assert "+0.00" in voice(folder, "--against", version)
    with pytest.raises(PermanentFailure, match="No result of version nine"):
        voice(folder, "--against", "nine")


def test_noise_is_another_result_of_the_same_calls(home: Path, folder: Path):
    plain, noise = (json.loads(voice(folder, *flags, "--json")) for flags in ((), ("--noise",)))
    assert plain["calls_hash"] == noise["calls_hash"]
    assert (plain["variant"], noise["variant"]) == ("plain", "noise")
    assert plain["figures"] != noise["figures"]


@pytest.mark.parametrize("what", ["empty", "label", "document"])
def test_a_folder_that_cannot_be_scored_says_why(home: Path, folder: Path, tmp_path: Path, what: str):
    gold = sorted((folder / "gold").iterdir())[0]
    if what == "empty":
        (tmp_path / "nothing").mkdir()
        folder = tmp_path / "nothing"
    elif what == "label":
        gold.write_text(gold.read_text().replace('"user_questions"', '"questions"'))
    else:
        (folder / "sessions" / gold.name).unlink()
    expected = {"empty": "no labelled calls", "label": "user_questions", "document": gold.name}[what]
    with pytest.raises(PermanentFailure, match=expected):
        voice(folder)
