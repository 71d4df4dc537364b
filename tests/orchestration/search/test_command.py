"""``voice search`` and the job behind it, after a real run."""

from __future__ import annotations

import json
from pathlib import Path

import dagster as dg
import pytest
from typer.testing import CliRunner

from contract.platform.failures import ConfigurationFailure
from orchestration.cli.commands import commands
from orchestration.cli.search import lines
from orchestration.defs.assembly import build_definitions
from orchestration.resources import Platform
from orchestration.search.manifest import read_search_manifest
from orchestration.search.search import search
from tests.support.documents import NOW, packed, session
from tests.support.searched_calls import Spoken

HOSTILE = "Zebras \x1b[31m [bold red]and[/] [link=http://evil.example]giraffes[/link] \u202eolleh\x07"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VOICE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("VOICE_NOW", NOW.isoformat())
    monkeypatch.setenv("VOICE_WORKERS", "1")
    return tmp_path / "home"


def voice(*arguments: str | Path, status: int = 0) -> str:
    result = CliRunner().invoke(commands, [str(a) for a in arguments], catch_exceptions=False)
    assert result.exit_code == status, result.output
    return result.stdout


def test_what_a_run_took_in_is_found_and_a_second_run_indexes_nothing(home: Path, tmp_path: Path):
    document = session("call")
    document["transcript"][3]["text"] = HOSTILE
    (tmp_path / "call.json.gz").write_bytes(packed(document))
    voice("deliver", tmp_path / "call.json.gz")
    voice("run")
    found = json.loads(voice("search", "zebra giraffe", "--json"))
    (snippet,) = found.pop("snippets")
    assert (found.pop("score") > 0, found) == (True, {"rank": 1, "session_id": "call", "day": "2026-11-20", "tier": "Tier 1"})
    assert [snippet["text"][a:b] for a, b in snippet["marks"]] == ["Zebras", "giraffes"]
    assert (snippet["role"], snippet["seconds"]) == ("user", 18.0)
    shown = voice("search", "zebra")
    assert "[bold red]and[/]" in shown
    assert shown.replace("\n", "").isprintable()
    assert "No call was found" in voice("search", "okapi")
    assert voice("search", "okapi", "--json") == ""
    assert "No call was found" in voice("search", "zebra", "--to", "2026-11-19")
    before = read_search_manifest(home / "search")
    voice("run")
    assert read_search_manifest(home / "search") == before


def test_without_an_index_the_command_says_what_to_do(home: Path):
    with pytest.raises(ConfigurationFailure, match="voice run"):
        voice("search", "zebra")
    voice("search", "zebra", "--from", "yesterday", status=2)
    voice("search", "zebra", "--limit", "0", status=2)


def test_the_words_that_were_found_are_bold(spoken: Spoken):
    spoken.say("call", "We saw [red]zebras[/red] there").index()
    _, line = lines(search(spoken.settings, "zebra")[0])
    assert [line.plain[span.start : span.end] for span in line.spans if span.style == "bold"] == ["zebras"]
    assert line.plain.endswith("We saw [red]zebras[/red] there")


def test_the_schedule_asks_for_a_run_only_when_something_was_published(spoken: Spoken):
    platform = Platform(spoken.settings)
    definitions = build_definitions(platform)
    schedule = definitions.resolve_schedule_def("search_index_schedule")
    assert schedule.cron_schedule == "*/10 * * * *"

    def due() -> int:
        with dg.build_schedule_context(scheduled_execution_time=NOW.replace(minute=10)) as context:
            return len(schedule.evaluate_tick(context).run_requests or [])

    assert due() == 0
    spoken.say("call", "zebras").index()
    assert definitions.resolve_job_def("index_transcripts").execute_in_process().success
    assert due() == 0
    (spoken.settings.search_dir / "manifest.json").unlink()
    assert due() == 1
    assert definitions.resolve_job_def("index_transcripts").execute_in_process().success
    assert due() == 0
    assert spoken.found("zebra") == ["call"]
