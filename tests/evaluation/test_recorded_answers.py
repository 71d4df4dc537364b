"""The openai engine measured without a key: its requests written as files, and answers by file scored."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from contract.platform.failures import ConfigurationFailure, PermanentFailure
from contract.platform.settings import load_settings
from contract.reference import Reference
from evaluation.__main__ import recorded
from evaluation.calls import calls_in
from evaluation.page import accuracy_page
from orchestration.cli.commands import commands
from tests.analyzers.language.openai_engine.model import answer, fact, settled
from tests.evaluation.labelled import seen_calls, write_calls
from tests.evaluation.test_command import voice

CALLS = 3


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOICE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("VOICE_NOW", "2026-11-20T12:00:00Z")
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_calls(tmp_path / "calls", seen_calls()[:CALLS])
    return tmp_path / "calls"


@pytest.fixture
def requests(folder: Path, tmp_path: Path) -> Path:
    voice(folder, "--engine", "openai", "--requests", tmp_path / "requests")
    return tmp_path / "requests"


def lines(request: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in request.read_text().splitlines()[1:]]


def texts(requests: Path) -> list[Path]:
    return [path for path in sorted(requests.glob("*.txt")) if path.name != "version.txt"]


def answer_all(requests: Path, answers: Path) -> None:
    """Every call: the first line of the caller says that nine people would use it."""
    answers.mkdir()
    for request in texts(requests):
        first = next(line for line in lines(request) if line["speaker"] == "caller")
        team = fact(first["n"], first["text"], "team_size", 9, kind="users", approximate=False)
        made = answer([team], team_size=settled(first["n"], first["text"], 9))
        (answers / f"{request.stem}.json").write_text(json.dumps(made))
    (answers / "version.txt").write_bytes((requests / "version.txt").read_bytes())


def test_what_would_be_sent_is_written_without_a_key_one_text_a_call(requests: Path):
    assert len(texts(requests)) == CALLS
    assert all(path.read_text().startswith("The call began on ") for path in texts(requests))
    assert [line["n"] for line in lines(texts(requests)[0])][:2] == [0, 1]
    assert "version" not in (requests / "instructions.md").read_text().splitlines()[0]
    assert json.loads((requests / "schema.json").read_text())["required"] == ["language", "utterances", "facts", "call"]


def test_nothing_in_a_request_names_the_call_or_its_labels(requests: Path, folder: Path):
    written = "".join(path.read_text() for path in requests.iterdir())
    for gold in (folder / "gold").iterdir():
        assert gold.stem not in written


def test_recorded_answers_are_scored_as_the_engine_would_read_them(requests: Path, folder: Path, tmp_path: Path):
    answer_all(requests, tmp_path / "answers")
    scored = json.loads(voice(folder, "--engine", "openai", "--answers", tmp_path / "answers", "--json"))
    assert (scored["engine"], scored["calls"]) == ("openai", CALLS)
    figures = {figure["name"]: figure for figure in scored["figures"]}
    assert figures["quotes_verbatim"]["value"] == 1
    rows = json.loads(voice(folder, "--answers", tmp_path / "answers", "--failures", "--json"))["failures"]
    assert {row["said"] for row in rows if row["fact"] == "team_size"} <= {"9"}


def test_only_calls_with_an_answer_are_scored(requests: Path, folder: Path, tmp_path: Path):
    answer_all(requests, tmp_path / "answers")
    (tmp_path / "answers" / f"{texts(requests)[0].stem}.json").unlink()
    assert json.loads(voice(folder, "--answers", tmp_path / "answers", "--json"))["calls"] == CALLS - 1
    (tmp_path / "none").mkdir()
    with pytest.raises(PermanentFailure, match="No call of the folder has an answer"):
        voice(folder, "--answers", tmp_path / "none")


def test_an_answer_that_does_not_fit_is_named_with_its_place(requests: Path, folder: Path, tmp_path: Path):
    answer_all(requests, tmp_path / "answers")
    path = sorted((tmp_path / "answers").glob("*.json"))[0]
    path.write_text(json.dumps({**json.loads(path.read_text()), "facts": [{"type": "team_size"}]}))
    with pytest.raises(PermanentFailure, match=rf"{path.name} does not fit the schema: facts\.0"):
        voice(folder, "--answers", tmp_path / "answers")


def test_answers_to_another_prompt_are_scored_and_said(requests: Path, folder: Path, tmp_path: Path):
    answer_all(requests, tmp_path / "answers")
    command = ["evaluate", str(folder), "--answers", str(tmp_path / "answers"), "--json"]
    assert CliRunner().invoke(commands, command).stderr == ""
    (tmp_path / "answers" / "version.txt").write_text("1.1-recorded-00000000")
    said = CliRunner().invoke(commands, command)
    assert json.loads(said.stdout)["calls"] == CALLS
    assert "another version of the prompt" in said.stderr


def test_other_answers_are_another_version_in_the_history(requests: Path, folder: Path, tmp_path: Path):
    answer_all(requests, tmp_path / "answers")
    first = json.loads(voice(folder, "--answers", tmp_path / "answers", "--json"))["version"]
    path = sorted((tmp_path / "answers").glob("*.json"))[0]
    path.write_text(json.dumps(answer([])))
    assert json.loads(voice(folder, "--answers", tmp_path / "answers", "--json"))["version"] != first


def test_the_rules_alone_are_another_result_of_the_same_answers(requests: Path, folder: Path, tmp_path: Path):
    answer_all(requests, tmp_path / "answers")
    for path in (tmp_path / "answers").glob("*.json"):
        made = json.loads(path.read_text())
        path.write_text(json.dumps({**made, "call": {**made["call"], "team_size": None}}))
    said: list[set[str]] = []
    versions: set[str] = set()
    for flags in ((), ("--rules-alone",)):
        scored = json.loads(voice(folder, "--answers", tmp_path / "answers", "--failures", "--json", *flags))
        versions.add(scored["version"])
        said.append({row["said"] for row in scored["failures"] if row["fact"] == "team_size"})
    assert len(versions) == 2
    assert ("9" in said[0], "9" in said[1]) == (False, True)
    with pytest.raises(ConfigurationFailure, match="--answers"):
        voice(folder, "--rules-alone")


def test_requests_and_answers_are_those_of_the_openai_engine(folder: Path, tmp_path: Path):
    with pytest.raises(ConfigurationFailure, match="openai engine"):
        voice(folder, "--engine", "embedded", "--requests", tmp_path / "requests")


def test_the_accuracy_page_says_whose_answers_it_scored_and_of_how_many_calls(requests: Path, folder: Path, tmp_path: Path):
    answer_all(requests, tmp_path / "answers")
    (tmp_path / "answers" / f"{texts(requests)[0].stem}.json").unlink()
    calls, reference, settings = calls_in(folder), Reference(), load_settings()
    page = accuracy_page([recorded(tmp_path / "answers", calls, reference, settings)], 0.05)
    assert "## Engine openai" in page
    assert f"{CALLS - 1} of the {CALLS} golden calls have one." in page
    assert "prompt has changed" not in page
    (tmp_path / "answers" / "version.txt").write_text("1.1-recorded-00000000")
    assert "The prompt has changed since" in recorded(tmp_path / "answers", calls, reference, settings).remark
