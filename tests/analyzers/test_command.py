"""``voice analyze``: one object for each document, in order, the same in one process or several."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from analyzers import command
from analyzers.command import Body, analyze_documents
from analyzers.language.annotations import LanguageEngine
from analyzers.language.engines import engine_named
from analyzers.reports import ANALYZER_VERSION, ANALYZERS
from contract.platform.settings import PROJECT_ROOT
from tests.analyzers.recorded_calls import REFERENCE
from tests.support.documents import session

NOW = datetime(2026, 11, 26, tzinfo=UTC)
SAMPLES = sorted((PROJECT_ROOT / "data" / "samples").rglob("*.json*"))


@pytest.fixture(scope="module")
def engine() -> LanguageEngine:
    return engine_named("embedded", REFERENCE)


def bodies(count: int) -> Iterator[Body]:
    for position in range(count):
        path = SAMPLES[position % len(SAMPLES)]
        yield path.name, path.read_bytes()


def test_every_document_gives_its_nine_reports_in_the_order_of_the_input(engine: LanguageEngine) -> None:
    lines = list(analyze_documents(bodies(5), engine, REFERENCE, NOW, workers=1))
    assert [line["session_id"] for line in lines] == [path.name.split(".")[0] for path in SAMPLES[:5]]
    names = tuple(analyzer.name for analyzer in ANALYZERS)
    for line in lines:
        assert line.keys() == {"session_id", "analyzer_version", "engine", "reports"}
        assert (line["analyzer_version"], line["engine"], tuple(line["reports"])) == (ANALYZER_VERSION, "embedded", names)


@pytest.mark.parametrize(("zone", "day"), [("America/Chicago", "2026-11-20"), ("UTC", "2026-11-21"), ("Asia/Tokyo", "2026-11-21")])
def test_tonight_is_the_day_of_the_call_where_the_business_is(engine: LanguageEngine, zone: str, day: str) -> None:
    said = [("agent", "Could you send us the list?"), ("user", "I will send it tonight.")]
    transcript = [{"id": f"item_{i:03d}", "role": role, "text": text} for i, (role, text) in enumerate(said)]
    evening = session("evening", start=datetime(2026, 11, 21, 1, 30, tzinfo=UTC), transcript=transcript)
    (line,) = analyze_documents([("evening", json.dumps(evening).encode())], engine, REFERENCE, NOW, workers=1, zone=ZoneInfo(zone))
    assert [item["deadline"] for item in line["reports"]["action_items"]["items"]] == [day]


def test_a_bad_document_is_named_with_its_reason_and_stops_nothing(engine: LanguageEngine) -> None:
    name, good = next(bodies(1))
    stream = [("cut.json.gz", gzip.compress(good)[:-20]), (name, good), ("text.json", b"hello"), ("empty.json", b"")]
    lines = list(analyze_documents(stream, engine, REFERENCE, NOW, workers=1))
    assert [line.get("file") for line in lines] == ["cut.json.gz", None, "text.json", "empty.json"]
    assert [line["rejected"]["reason"] for line in lines if "rejected" in line] == ["bad_gzip", "bad_json", "empty"]
    assert all(line["rejected"]["remedy"] for line in lines if "rejected" in line)


def test_nothing_in_gives_nothing_out(engine: LanguageEngine) -> None:
    assert list(analyze_documents([], engine, REFERENCE, NOW, workers=2)) == []


def test_several_processes_give_the_same_lines_in_the_same_order(engine: LanguageEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = list(analyze_documents(bodies(20), engine, REFERENCE, NOW, workers=1))
    monkeypatch.setattr(command, "BATCH", 3)
    monkeypatch.setattr(command, "POOL_PAYS_FROM", 6)
    together = list(analyze_documents(bodies(20), engine, REFERENCE, NOW, workers=2))
    assert together == alone
