"""``voice alerts replay`` over documents: as of when each became known, in the lines that were agreed, and nothing is sent."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from contract.document.keys import session_key
from contract.platform.settings import PROJECT_ROOT
from contract.platform.store import Store
from orchestration.cli.commands import commands
from tests.support.documents import START, packed, session

ENDED = 42  # seconds that a call of the tests' documents takes


def put(folder: Path, number: int, known_after: float | None = 60, **fields: Any) -> None:
    """A call every three minutes from ``START`` on, with its start and, where the history says it, when it became known."""
    start = START + timedelta(minutes=3 * number)
    document = session(f"call_{number}", start, **fields)
    Store(folder.as_uri()).put(session_key(document["session_id"], start), packed(document))
    named = {"session_id": document["session_id"]}
    append(folder / "starts.jsonl", {**named, "start_time": start.isoformat(), "known_at": start.isoformat()})
    if known_after is not None:
        append(folder / "known_at.jsonl", {**named, "known_at": (start + timedelta(seconds=ENDED + known_after)).isoformat()})


def append(path: Path, entry: dict[str, Any]) -> None:
    with path.open("a") as file:
        file.write(json.dumps(entry) + "\n")


def lines(folder: Path, *options: str) -> list[dict[str, Any]]:
    day = START.date().isoformat()
    arguments = ["alerts", "replay", "--from", day, "--to", day, "--history", str(folder), "--json", *options]
    result = CliRunner().invoke(commands, arguments)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VOICE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("VOICE_NOW", (START + timedelta(days=3)).isoformat())
    monkeypatch.setenv("VOICE_WORKERS", "1")
    (tmp_path / "history").mkdir()
    return tmp_path / "history"


def burst(folder: Path, known_after: float | None = 60) -> None:
    for name in ("known_at.jsonl", "starts.jsonl"):
        (folder / name).unlink(missing_ok=True)
    for number in range(20):
        failed = {"disconnect_reason": "error"} if 8 <= number < 12 else {}
        put(folder, number, known_after, **failed)


def test_a_burst_of_errors_is_one_line_with_the_agreed_fields(folder: Path):
    burst(folder)
    found = [line for line in lines(folder) if line["severity"] == "P1"]
    assert [line["rule"] for line in found] == ["Error Rate >10%"]
    [line] = found
    assert list(line) == ["rule", "subject", "severity", "fired_at", "resolved_at", "n", "value"]
    second = START + timedelta(minutes=27, seconds=ENDED + 60)  # the second failed call became known
    assert second <= datetime.fromisoformat(line["fired_at"]) <= second + timedelta(minutes=2)


def test_without_a_time_in_the_documents_a_call_became_known_a_minute_after_its_end(folder: Path):
    burst(folder)
    given = lines(folder)
    burst(folder, None)
    assert lines(folder) == given


def test_what_the_history_says_became_known_late_raises_nothing(folder: Path):
    burst(folder, 5 * 3600)
    assert lines(folder) == []


def test_samples_beside_the_documents_are_looked_at(folder: Path):
    put(folder, 0)
    samples = [{"known_at": (START + timedelta(minutes=n)).isoformat(), "queue_depth": 500 if n < 9 else 0} for n in range(20)]
    (folder / "samples.jsonl").write_text("\n".join(map(json.dumps, samples)))
    assert [(line["rule"], line["value"]) for line in lines(folder) if line["severity"] == "P1"] == [("Queue Backlog >100", 500.0)]


def test_a_delivered_history_is_read_from_the_store_as_of_then(folder: Path, monkeypatch: pytest.MonkeyPatch):
    burst(folder)
    given = lines(folder)
    assert given
    monkeypatch.setenv("VOICE_STORE", (folder.parent / "store").as_uri())
    (folder.parent / "store").mkdir()
    assert CliRunner().invoke(commands, ["deliver", str(folder)]).exit_code == 0
    day = START.date().isoformat()
    result = CliRunner().invoke(commands, ["alerts", "replay", "--from", day, "--to", day, "--json"])
    assert [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")] == given


def test_other_rules_print_what_they_change(folder: Path, tmp_path: Path):
    burst(folder)
    rules = yaml.safe_load((PROJECT_ROOT / "data" / "alerts.yml").read_text(encoding="utf-8"))
    next(rule for rule in rules["rules"] if rule["name"] == "Error Rate >10%")["above"] = 0.99
    other = tmp_path / "rules.yml"
    other.write_text(yaml.safe_dump(rules, allow_unicode=True))
    changed = {(line["rule"], line["difference"]) for line in lines(folder, "--rules", str(other))}
    assert ("Error Rate >10%", "removed") in changed
    assert lines(folder, "--rules", str(PROJECT_ROOT / "data" / "alerts.yml")) == []


def test_a_hot_lead_a_digest_and_the_rest_are_told_once(folder: Path):
    failed = {
        "tool": "unleash_search_knowledge",
        "timestamp": START.isoformat(),
        "query": "zapier",
        "results_found": False,
        "total_results": 0,
    }
    put(folder, 0, tool_calls=[failed, failed])
    found = {line["rule"]: line for line in lines(folder)}
    assert (found["Content Gaps Identified"]["n"], found["Content Gaps Identified"]["fired_at"][11:16]) == (2, "16:00")
    assert found["Competitor Mentioned"]["subject"] == "call_0 DocuSign"
    assert all(line["resolved_at"] == line["fired_at"] for line in found.values())
