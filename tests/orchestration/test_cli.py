"""The commands as a person or a script calls them: real processes would be slower and tell no more, so Typer's runner it is."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from contract.platform.failures import ConfigurationFailure
from orchestration.cli.commands import commands
from orchestration.destinations.registry import VENDORS
from tests.support.documents import NOW, packed, session
from tests.support.once import once

RUNNER = CliRunner()


def set_home(patch: pytest.MonkeyPatch, home: Path) -> None:
    patch.setenv("VOICE_HOME", str(home))
    patch.setenv("VOICE_NOW", NOW.isoformat())
    patch.setenv("VOICE_WORKERS", "1")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    set_home(monkeypatch, tmp_path / "home")
    return tmp_path / "home"


def three_calls_and_a_broken_one(folder: Path) -> Path:
    folder.mkdir()
    for n in range(3):
        (folder / f"call_{n}.json.gz").write_bytes(packed(session(f"call_{n}")))
    (folder / "broken.json").write_bytes(b"{")
    return folder


@pytest.fixture
def incoming(tmp_path: Path) -> Path:
    return three_calls_and_a_broken_one(tmp_path / "incoming")


@dataclass(frozen=True)
class Processed:
    """A home after ``voice deliver`` and ``voice run``, with what the two printed."""

    home: Path
    delivered: str
    run: str


@pytest.fixture(scope="module")
def processed_once(of_all_workers: Path) -> Processed:
    def make(folder: Path) -> None:
        with pytest.MonkeyPatch.context() as patch:
            set_home(patch, folder / "home")
            (folder / "delivered").write_text(voice("deliver", three_calls_and_a_broken_one(folder / "incoming"), "--json"))
            (folder / "run").write_text(voice("run", "--json"))

    folder = once(of_all_workers / "processed", make)
    return Processed(folder / "home", (folder / "delivered").read_text(), (folder / "run").read_text())


@pytest.fixture
def processed(processed_once: Processed, home: Path, monkeypatch: pytest.MonkeyPatch) -> Processed:
    """For commands that only look."""
    set_home(monkeypatch, processed_once.home)
    return processed_once


def voice(*arguments: str | Path, status: int = 0) -> str:
    result = RUNNER.invoke(commands, [str(a) for a in arguments], catch_exceptions=False)
    assert result.exit_code == status, result.output
    return result.stdout


def test_deliver_run_status_query_and_explain_tell_one_story(processed: Processed):
    outcomes = [json.loads(line)["outcome"] for line in processed.delivered.splitlines()]
    assert sorted(outcomes) == ["stored", "stored", "stored", "unkeyable"]
    summary = json.loads(processed.run)
    assert (summary["received"], summary["analysed"], summary["rejected"], summary["pending"]) == (4, 3, 1, 0)
    status = json.loads(voice("status", "--json"))
    assert status["residual"] == 0
    assert [r["reason"] for r in status["reasons"]] == ["bad_json"]
    assert json.loads(voice("query", "select count(*) as n from sessions", "--json")) == {"n": 3}
    life = json.loads(voice("explain", "call_1", "--json"))
    assert life["documents"][0]["state"] == "analysed"
    assert life["warehouse"]["sessions"] == 1
    assert life["summary"]
    assert life["score"]
    assert [event["what"] for event in life["timeline"]][:2] == ["the call began", "the call ended"]
    shown = voice("explain", "call_1")
    assert shown.index("Summary") < shown.index("Reasons of the score") < shown.index("What happened (UTC)")


def test_run_claims_no_delivery_to_a_vendor_that_is_not_configured(processed: Processed):
    delivered = json.loads(processed.run)["delivered"]
    assert delivered.count("not configured") == len(VENDORS)
    assert not any(character.isdigit() for character in delivered)


def test_query_prints_csv_and_wide_rows(processed: Processed):
    assert voice("query", "select 1 as a, null as b", "--csv").splitlines() == ["a,b", "1,"]
    first, *values = voice("query", "select * from sessions limit 1", "--wide").splitlines()
    assert first == "row 1 of 1"
    assert any(value.split() == ["qualification_tier", "Tier", "1"] for value in values)


def test_query_keeps_the_order_of_columns_and_shows_each_of_two_with_one_name(processed: Processed):
    columns = "2 as zebra, 1 as apple, 3 as zebra, 4 as zebra_2, 5 as zebra from sessions limit 1"
    [line] = voice("query", f"select {columns}", "--json").splitlines()
    assert line == '{"zebra":2,"apple":1,"zebra_3":3,"zebra_2":4,"zebra_4":5}'
    [twice] = voice("query", "select 1 as n, 2 as n from sessions limit 1", "--json").splitlines()
    assert twice == '{"n":1,"n_2":2}'
    header = voice("query", f"select {columns}").splitlines()[2]
    assert header.replace("┃", " ").split() == ["zebra", "apple", "zebra", "zebra_2", "zebra"]


def test_status_in_words_says_that_the_sum_is_right(processed: Processed):
    assert "4 received = 3 analysed + 1 rejected + 0 pending" in " ".join(voice("status").split())


def test_analyze_prints_nine_reports_and_touches_nothing(incoming: Path, home: Path):
    lines = [json.loads(line) for line in voice("analyze", incoming).splitlines()]
    assert [len(line["reports"]) for line in lines if "reports" in line] == [9, 9, 9]
    assert [line["rejected"]["reason"] for line in lines if "rejected" in line] == ["bad_json"]
    assert not home.exists()


def test_the_daily_report_is_written_where_it_is_wanted(processed: Processed, tmp_path: Path):
    out = tmp_path / "report.html"
    voice("report", "daily", "--date", "2026-11-20", "--out", out)
    assert "<html" in out.read_text(encoding="utf-8").lower()


def test_doctor_is_content_after_a_run(processed: Processed):
    assert all(finding["ok"] for finding in json.loads(voice("doctor", "--json")))


def test_doctor_says_what_to_do_before_the_first_run():
    findings = json.loads(voice("doctor", "--json", status=1))
    assert any("voice run" in (finding["remedy"] or "") for finding in findings if not finding["ok"])


def test_doctor_names_what_the_agent_lacks_where_a_worker_is_meant_to_run(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LIVEKIT_URL", "wss://project.example")
    monkeypatch.delenv("LIVEKIT_API_KEY", raising=False)
    (finding,) = [f for f in json.loads(voice("doctor", "--json", status=1)) if f["subject"] == "agent"]
    assert not finding["ok"]
    assert "VOICE_AGENT_LLM" in finding["found"]


def test_a_call_is_held_delivered_and_processed_and_its_room_is_used_once(home: Path):
    (document,) = [json.loads(line) for line in voice("call", "--json").splitlines()]
    assert document["complete"]
    assert voice("call", "--once", "--json") == ""
    again = json.loads(voice("call", "--json"))
    assert again["session_id"].startswith(document["session_id"] + "_")
    summary = json.loads(voice("run", "--json"))
    assert (summary["received"], summary["analysed"], summary["rejected"]) == (2, 2, 0)
    row = json.loads(voice("query", "select count(*) as calls, min(qualification_tier) as tier from sessions", "--json"))
    assert row == {"calls": 2, "tier": "Tier 1"}


def test_a_script_that_is_wrong_is_named_and_no_call_is_held(tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]):
    script = tmp_path / "broken.yml"
    script.write_text("room: r\nturns: 3\n")
    result = RUNNER.invoke(commands, ["call", "--script", str(script)])
    assert result.exit_code != 0
    assert isinstance(result.exception, ConfigurationFailure)
    assert "broken.yml" in str(result.exception)
    assert not home.exists()


def test_every_command_explains_itself():
    for command in ("call", "deliver", "analyze", "run", "status", "explain", "query", "doctor"):
        assert "Usage" in voice(command, "--help")


def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    from orchestration.cli import app

    monkeypatch.setenv("VOICE_BUSINESS_TZ", "Mars/Olympus")
    monkeypatch.setattr("sys.argv", ["voice", "status"])
    with pytest.raises(SystemExit) as stopped:
        app()
    assert stopped.value.code == 2
    assert "VOICE_BUSINESS_TZ" in capsys.readouterr().err
