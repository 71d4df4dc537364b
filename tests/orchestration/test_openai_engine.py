"""``VOICE_ENGINE=openai`` from documents to the lake, and ``voice analyze --engine openai``, against the API on loopback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from contract.document.keys import session_key
from contract.document.session import SessionDocument
from contract.platform.failures import ConfigurationFailure
from contract.platform.settings import Settings
from orchestration.annotation.batches import annotate_in_batches, batch_job
from orchestration.cli.commands import commands
from orchestration.local_run import run_pending
from orchestration.resources import Platform
from orchestration.state.tables import ENGINE_DAYS
from orchestration.warehouse.lake import read_parts
from tests.analyzers.language.openai_engine.model import attentive
from tests.fakes.openai_api import FakeOpenAI
from tests.support.documents import NOW, START, packed, session

WORDS = [
    {"id": "item_000", "role": "agent", "text": "How big is the team?"},
    {"id": "item_001", "role": "user", "text": "there are fifteen of us"},
]


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeOpenAI]:
    with FakeOpenAI(attentive) as fake:
        monkeypatch.setenv("OPENAI_BASE_URL", fake.url)
        monkeypatch.setenv("OPENAI_API_KEY", fake.key)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        yield fake


@pytest.fixture
def asking(api: FakeOpenAI, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    monkeypatch.setenv("VOICE_HOME", str(tmp_path))
    monkeypatch.setenv("VOICE_NOW", NOW.isoformat())
    platform = Platform(Settings(home=tmp_path, now=NOW, workers=2, engine="openai"))  # pyright: ignore[reportCallIssue]
    yield platform
    platform.state.close()


def rows(platform: Platform) -> dict[str, dict[str, object]]:
    return {row["session_id"]: row for row in read_parts(platform.store, "transcript_annotations", START.date(), {"one", "two"})}


def test_tokens_cost_and_stand_ins_are_recorded_by_session_in_the_lake(asking: Platform, api: FakeOpenAI):
    api.faults = ["refusal"]
    for name, words in (("one", WORDS), ("two", [*WORDS, {"id": "item_002", "role": "agent", "text": "Thanks."}])):
        asking.store.put(session_key(name, START), packed(session(name, transcript=words)))
    assert run_pending(asking).analysed == 2
    found = rows(asking)
    assert sorted(str(row["fallback_reason"]) for row in found.values()) == ["None", "openai:refusal"]
    usages = [json.loads(str(row["annotations"]))["usage"] for row in found.values()]
    assert [usage["input_tokens"] for usage in usages] == [1000, 1000]


def test_stand_ins_are_put_to_the_model_again_and_only_they(asking: Platform, api: FakeOpenAI):
    api.faults = ["refusal"]
    for name, words in (("one", WORDS), ("two", [*WORDS, {"id": "item_002", "role": "agent", "text": "Thanks."}])):
        asking.store.put(session_key(name, START), packed(session(name, transcript=words)))
    run_pending(asking)
    other = CliRunner().invoke(commands, ["replay-stand-ins", "--reason", "openai:cost_ceiling", "--json"])
    assert json.loads(other.stdout) == {"pending_again": 0}
    printed = CliRunner().invoke(commands, ["replay-stand-ins", "--json"])
    assert json.loads(printed.stdout) == {"pending_again": 1}
    asked = len(api.asked)
    assert run_pending(asking).pending == 0
    assert len(api.asked) == asked + 1
    assert {row["fallback_reason"] for row in rows(asking).values()} == {None}
    assert json.loads(CliRunner().invoke(commands, ["replay-stand-ins", "--json"]).stdout) == {"pending_again": 0}


def test_history_scored_anew_costs_no_tokens(asking: Platform, api: FakeOpenAI):
    asking.store.put(session_key("one", START), packed(session("one", transcript=WORDS)))
    run_pending(asking)
    asking.store.put(session_key("one", START), packed(session("one", transcript=WORDS, revision=2)))
    assert run_pending(asking).analysed == 1
    assert len(api.asked) == 1


def test_voice_analyze_asks_the_named_engine_and_counts_against_the_shared_budget(
    asking: Platform, api: FakeOpenAI, tmp_path: Path
):
    path = tmp_path / "one.json"
    path.write_text(json.dumps(session("one", transcript=WORDS)))
    printed = CliRunner().invoke(commands, ["analyze", str(path), "--engine", "openai"])
    assert printed.exit_code == 0, printed.output
    line = json.loads(printed.stdout)
    assert (line["engine"], line["reports"]["sales_intelligence"]["team_size"]["value"]) == ("openai", 15)
    assert len(api.asked) == 1
    with asking.state.reading() as connection:
        assert connection.execute(select(ENGINE_DAYS.c.requests, ENGINE_DAYS.c.tokens)).one() == (1, 1500)


def test_without_a_key_the_command_says_what_to_set(asking: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("OPENAI_API_KEY")
    path = tmp_path / "one.json"
    path.write_text(json.dumps(session("one", transcript=WORDS)))
    printed = CliRunner().invoke(commands, ["analyze", str(path), "--engine", "openai"])
    assert isinstance(printed.exception, ConfigurationFailure)
    assert "Set OPENAI_API_KEY" in str(printed.exception)


def test_a_backfill_by_batch_leaves_nothing_to_ask_for_the_ordinary_run(asking: Platform, api: FakeOpenAI):
    items = SessionDocument.model_validate(session("one", transcript=WORDS)).transcript
    waits: list[float] = []
    job = batch_job(asking.engine, asking.store, asking.state)
    assert annotate_in_batches(job, [items], waits.append, polls=1).under_way == 1
    done = annotate_in_batches(job, [items], waits.append)
    assert (done.requests, done.annotated, done.under_way, set(waits)) == (0, 1, 0, {60.0})
    asking.store.put(session_key("one", START), packed(session("one", transcript=WORDS)))
    assert run_pending(asking).analysed == 1
    assert api.asked == []
    assert rows(asking)["one"]["engine"] == "openai"


def test_an_engine_without_batches_says_what_to_set(platform: Platform):
    with pytest.raises(ConfigurationFailure, match="VOICE_ENGINE=openai"):
        batch_job(platform.engine, platform.store, platform.state)
