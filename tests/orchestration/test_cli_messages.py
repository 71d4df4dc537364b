"""What commands say to a person: bad files by name, failures first, wide rows readably, and JSON whatever is unavailable."""

from __future__ import annotations

import io
import json
import time
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from contract.platform.failures import ConfigurationFailure
from orchestration.cli.check import _urgency  # pyright: ignore[reportPrivateUsage]
from orchestration.cli.commands import commands
from orchestration.cli.output import print_csv, print_json, print_records, print_table
from orchestration.quality.outcome import Check, CheckOutcome
from orchestration.resources import Platform
from orchestration.rules.finding import Finding
from tests.support.documents import packed, session


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VOICE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_deliver_names_each_bad_file_with_its_reason(tmp_path: Path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "good.json.gz").write_bytes(packed(session("call")))
    (tmp_path / "in" / "broken.json").write_bytes(b"{")
    lines = CliRunner().invoke(commands, ["deliver", "--json", str(tmp_path / "in")]).stdout.splitlines()
    assert [(Path(d["source"]).name, d["reason"]) for d in map(json.loads, lines)] == [
        ("broken.json", "bad_json"),
        ("good.json.gz", None),
    ]
    said = "".join(CliRunner().invoke(commands, ["deliver", str(tmp_path / "in")], env={"COLUMNS": "300"}).stdout.split())
    assert "broken.json" in said
    assert "bad_json" in said
    assert "good.json" not in said


def test_analyze_says_that_a_folder_has_no_documents(tmp_path: Path):
    (tmp_path / "empty").mkdir()
    refused = CliRunner().invoke(commands, ["analyze", str(tmp_path / "empty")])
    assert isinstance(refused.exception, ConfigurationFailure)
    assert "no .json or .json.gz document" in refused.exception.problem


def test_doctor_prints_json_when_postgresql_is_unavailable(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("VOICE_SERVING_URL", "postgresql://nobody:secret@127.0.0.1:9/none")
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    answer = CliRunner().invoke(commands, ["doctor", "--json"])
    [postgres] = [finding for finding in json.loads(answer.stdout) if "serving database" in finding["found"]]
    assert not postgres["ok"]
    assert "secret" not in answer.output


def test_tables_show_markup_emoji_names_and_control_characters_as_they_are(capsys: pytest.CaptureFixture[str]):
    print_table("t :x:", [":x:", "[bold]b[/]"], [(":smile: [red]r[/]", "\x1b[2J\x9b1m")])
    shown = capsys.readouterr().out
    for text in (":x:", "[bold]b[/]", ":smile: [red]r[/]", "␛[2J�1m"):
        assert text in shown
    print_json({"name": "\x1b\x7f\x9b"})
    line = capsys.readouterr().out
    assert json.loads(line) == {"name": "\x1b\x7f\x9b"}
    assert line.isprintable() or line.strip().isprintable()


def test_wide_rows_are_printed_value_by_value_and_as_csv(capsys: pytest.CaptureFixture[str]):
    columns, row = [f"column_{n}" for n in range(40)], [f"value :x: {n}" for n in range(40)]
    print_records(columns, [row])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "row 1 of 1"
    assert lines[40].split("  ") == ["", "column_39", "value :x: 39"]
    print_csv(["a", "b"], [("x,y", None)])
    assert capsys.readouterr().out.splitlines() == ["a,b", '"x,y",']


def outcome(name: str, finding: Finding, severity: str = "WARN") -> CheckOutcome:
    return CheckOutcome(Check(name, ("asset",), severity, "", ""), finding)  # pyright: ignore[reportArgumentType]


OUTCOMES = [
    outcome("skipped", Finding(passed=True, skipped_because="too few rows")),
    outcome("fine", Finding(passed=True)),
    outcome("warned", Finding(passed=False)),
    outcome("error", Finding(passed=False), "ERROR"),
]


def test_failed_checks_come_before_those_that_passed_and_were_skipped():
    assert [one.check.name for one in sorted(OUTCOMES, key=_urgency)] == ["error", "warned", "fine", "skipped"]


def test_check_shows_what_failed_and_only_counts_what_was_skipped(monkeypatch: pytest.MonkeyPatch):
    def evaluated(_: Platform) -> list[CheckOutcome]:
        return OUTCOMES

    monkeypatch.setattr("orchestration.quality.checks.evaluate_all", evaluated)
    shown = CliRunner().invoke(commands, ["check"], env={"COLUMNS": "200"})
    assert (shown.exit_code, [line.split()[1] for line in shown.stdout.splitlines() if line.startswith("│")]) == (
        1,
        ["error", "warned"],
    )
    assert "4 checks: 2 failed, 1 skipped for lack of data" in shown.stdout


def test_run_shows_what_it_does_before_it_does_anything(monkeypatch: pytest.MonkeyPatch):
    screen = io.StringIO()
    shown_at_the_start: list[str] = []

    def at_work(_: Platform) -> None:
        for _tenth in range(100):  # a thread draws the screen ten times a second, and may have to wait for the processor
            if "documents" in screen.getvalue():
                break
            time.sleep(0.1)
        shown_at_the_start.append(screen.getvalue())
        raise KeyboardInterrupt

    monkeypatch.setattr("orchestration.cli.output.ERRORS", Console(file=screen, force_terminal=True))
    monkeypatch.setattr("orchestration.local_run.run_pending", at_work)
    CliRunner().invoke(commands, ["run"])
    assert "Looking for new documents" in shown_at_the_start[0]
