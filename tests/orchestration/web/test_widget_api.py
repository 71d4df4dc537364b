"""Widgets as JSON and CSV: figures equal those computed in Python from the documents and reports, each role sees what it may."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from starlette.testclient import TestClient

from contract.document.session import SessionDocument
from contract.platform.settings import Settings
from orchestration.dashboards.definition import panels
from orchestration.warehouse.publish import publish
from orchestration.web.service import WebService
from orchestration.web.widget_api import safe_cell
from tests.orchestration.web.conftest import as_person, client_of, service_at
from tests.support.builds import build
from tests.support.documents import NOW
from tests.support.lake_samples import Lake, changed, reports_of, sample_documents
from tests.support.once import once

ZONE = ZoneInfo("America/New_York")
SALES, VIEWER = as_person("sam@example.com", accept="*/*"), as_person("vera@example.com", accept="*/*")
ADMIN = as_person("adam@example.com", accept="*/*", **{"x-forwarded-groups": "voice-admins"})
HOSTILE_NAME = "<script>alert(1)</script>\u202e"
HOSTILE_QUERY = '=HYPERLINK("https://evil.example","<b>x</b>")'
COPIES = 24
DAYS = "from=2026-11-20&to=2026-11-26"
WIDGETS = [widget.id for panel in panels().values() for widget in panel.widgets]

Call = tuple[SessionDocument, dict[str, Any]]


def _score(document: SessionDocument) -> int:
    return json.loads(reports_of(document.model_dump_json())["lead_score"])["total"] or 0


def _documents() -> Iterator[SessionDocument]:
    """Two copies of each of twelve sample calls within the last days, the hottest minutes ago, the first twelve hostile."""
    originals = sorted(sample_documents()[:12], key=_score, reverse=True)
    for number in range(COPIES):
        original = originals[number % len(originals)]
        start = NOW - timedelta(minutes=10 + 311 * number)
        fields: dict[str, Any] = {
            "session_id": f"widget_{number:02d}",
            "start_time": start,
            "end_time": start + timedelta(seconds=original.duration_seconds),
            "user_email": f"caller{number}@company{number}.example",
            "participant_id": f"PA_{number}",
            "agent_version": f"2026.11.{1 + number % 2}",
            "metrics": [metric.model_copy(update={"timestamp": start}) for metric in original.metrics],
        }
        if number < len(originals):
            searches = [
                call.model_copy(update={"query": HOSTILE_QUERY}) for call in original.tool_calls if call.tool.startswith("unl")
            ]
            fields |= {"user_name": HOSTILE_NAME, "tool_calls": [*original.tool_calls, *searches]}
        yield changed(original, **fields)


@pytest.fixture(scope="session")
def published_once(of_all_workers: Path) -> Path:
    def make(home: Path) -> None:
        lake = Lake(Settings(home=home, now=NOW))  # pyright: ignore[reportCallIssue]
        lake.analyse(list(_documents()))
        build(lake)
        publish(lake.settings)
        lake.state.close()

    return once(of_all_workers / "widget-calls", make)


@pytest.fixture(scope="session")
def calls() -> list[Call]:
    return [(d, {k: _json(v) for k, v in reports_of(d.model_dump_json()).items()}) for d in _documents()]


@pytest.fixture(scope="session")
def many(published_once: Path) -> Iterator[WebService]:
    service = service_at(published_once)
    yield service
    service.platform.close()


@pytest.fixture(scope="session")
def web(many: WebService) -> TestClient:
    return client_of(many)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (TypeError, ValueError):
        return text


def asked(web: TestClient, widget: str, query: str = DAYS, headers: dict[str, str] = SALES) -> dict[str, Any]:
    answer = web.get(f"/api/widgets/{widget}?{query}", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def figure(web: TestClient, widget: str, query: str = DAYS) -> dict[str, Any]:
    return next(row for row in asked(web, widget, query)["rows"] if row.get("part", "figure") == "figure")


def part(web: TestClient, widget: str, name: str, query: str = DAYS) -> list[dict[str, Any]]:
    return [row for row in asked(web, widget, query)["rows"] if row.get("part", name) == name]


def tier(call: Call) -> str:
    return call[1]["sales_intelligence"]["qualification_tier"]


def mood(call: Call) -> str:
    return call[1]["sentiment"]["overall"]["label"]


FILTERS = {
    "": lambda call: True,
    "&tier=Tier+1": lambda call: tier(call) == "Tier 1",
    "&sentiment=positive": lambda call: mood(call) == "positive",
    "&agent_version=2026.11.2&tier=Tier+2": lambda call: call[0].agent_version == "2026.11.2" and tier(call) == "Tier 2",
    "&from=2026-11-25&to=2026-11-25": lambda call: call[0].start_time.astimezone(ZONE).date().isoformat() == "2026-11-25",
}


def searches(calls: Sequence[Call]) -> list[tuple[str, int]]:
    used = [use for document, _ in calls for use in document.tool_calls if use.tool == "unleash_search_knowledge"]
    return [(str(use.query), use.total_results) for use in used if use.total_results is not None]


@pytest.mark.parametrize("query", FILTERS)
def test_figures_equal_those_of_documents_and_reports(web: TestClient, calls: list[Call], query: str):
    chosen = [call for call in calls if FILTERS[query](call)]
    assert 0 < len(chosen) <= COPIES
    query = (DAYS + query) if "from" not in query else query.strip("&")
    rate = figure(web, "conversion-rate", query)
    assert rate["n"] == len(chosen)
    assert rate["value"] == pytest.approx(sum(tier(call) == "Tier 1" for call in chosen) / len(chosen))
    turns = figure(web, "turn-count", query)
    assert turns["value"] == pytest.approx(sum(len(d.transcript) for d, _ in chosen) / len(chosen))
    minutes = [d.duration_seconds / 60 for d, _ in chosen]
    assert figure(web, "call-duration", query)["value"] == pytest.approx(sum(minutes) / len(minutes))
    failed = [d for d, _ in chosen if d.disconnect_reason == "error" or not d.complete]
    assert figure(web, "error-rate", query)["value"] == pytest.approx(len(failed) / len(chosen))
    moods = Counter(mood(call) for call in chosen if mood(call))
    assert {row["sentiment"]: row["calls"] for row in part(web, "sentiment-distribution", "pie", query)} == dict(moods)
    engagement = [
        round(report["conversation_quality"]["overall"], 1) for _, report in chosen if report["conversation_quality"]["overall"]
    ]
    if engagement:
        assert figure(web, "engagement-score", query)["value"] == pytest.approx(sum(engagement) / len(engagement), abs=1e-6)


@pytest.mark.parametrize("query", ["", "&tier=Tier+1"])
def test_distributions_and_tables_equal_those_of_documents_and_reports(web: TestClient, calls: list[Call], query: str):
    chosen = [call for call in calls if FILTERS[query](call)]
    query = DAYS + query
    scores = [report["lead_score"]["total"] for _, report in chosen if report["lead_score"]["total"] is not None]
    lowest = Counter(next(low for low in (81, 61, 41, 21, 0) if score >= low) for score in scores)
    assert {row["bucket"]: row["observations"] for row in part(web, "lead-scores", "histogram", query)} == dict(lowest)
    industries = Counter(r["sales_intelligence"]["industry"]["value"] for _, r in chosen if r["sales_intelligence"]["industry"])
    assert {row["industry"]: row["calls"] for row in part(web, "top-industries", "bars", query)} == dict(industries.most_common(10))
    found = searches(chosen)
    assert figure(web, "search-success", query)["value"] == pytest.approx(sum(n > 0 for _, n in found) / len(found))
    assert figure(web, "results-per-query", query)["value"] == pytest.approx(sum(n for _, n in found) / len(found))
    asked_for = Counter(" ".join(text.lower().split()) for text, _ in found)
    rows = {row["query"]: row["searches"] for row in part(web, "top-queries", "table", query)}
    assert rows == {name: asked_for[name] for name in rows}
    assert sorted(rows.values(), reverse=True) == sorted(asked_for.values(), reverse=True)[:20]
    tools = Counter(use.tool for document, _ in chosen for use in document.tool_calls)
    uses = {row["tool"]: row["uses"] for row in part(web, "tool-usage", "pie", query)}
    assert uses == {name: tools[name] for name in ("unleash_search_knowledge", "book_sales_meeting") if tools[name]}


def test_today_is_compared_with_the_same_time_of_day(web: TestClient, calls: list[Call]):
    def between(start: datetime, end: datetime) -> int:
        return sum(start <= document.start_time < end for document, _ in calls)

    midnight = NOW.astimezone(ZONE).replace(hour=0, minute=0)
    row, day = figure(web, "todays-calls", ""), timedelta(days=1)
    assert row["value"] == between(midnight, NOW)
    assert row["yesterday"] == between(midnight - day, NOW - day)
    assert row["last_week"] == between(midnight - 7 * day, NOW - 7 * day)
    assert figure(web, "average-latency", "")["n"] == sum(
        metric.total_latency is not None and NOW - timedelta(hours=1) <= metric.timestamp < NOW
        for d, _ in calls
        for metric in d.metrics
    )


def test_an_answer_has_what_the_contract_says(web: TestClient):
    for widget in WIDGETS:
        answer = asked(web, widget)
        assert list(answer) == ["id", "title", "rows", "sql", "n", "as_of"]
        assert answer["id"] == widget
        assert datetime.fromisoformat(answer["as_of"]) == NOW


NAMES = [f"company{number}.example" for number in range(COPIES)]


def test_a_viewer_gets_no_words_and_nobody_by_name(web: TestClient):
    texts = [web.get(f"/api/widgets/{widget}{kind}?{DAYS}", headers=VIEWER).text for widget in WIDGETS for kind in ("", ".csv")]
    texts += [web.get(f"/dashboards/{panel}?{DAYS}", headers=VIEWER).text for panel in panels()]
    seen = "\n".join(texts).replace("vera@example.com", "")
    assert not re.search("|".join(NAMES), seen)
    for hidden in ("alert(1)", "hyperlink", "HYPERLINK", "@company"):
        assert hidden not in seen
    assert asked(web, "hot-leads", DAYS, VIEWER)["rows"], "a lead is a key and an industry"
    assert "lead_key" in asked(web, "hot-leads", DAYS, VIEWER)["rows"][0]
    assert "Lead " in web.get("/dashboards/trends", headers=VIEWER).text


def test_sales_gets_names_and_queries_as_text(web: TestClient):
    page = web.get(f"/dashboards/trends?{DAYS}", headers=SALES).text
    assert "&lt;script&gt;alert(1)" in page
    assert re.search("|".join(NAMES), page)
    for panel in panels():
        shown = web.get(f"/dashboards/{panel}?{DAYS}", headers=SALES).text
        assert not re.search(r"<script(?! src=)|<b>x|<img|\sstyle=|\son\w+=|javascript:", shown)
        assert "\u202e" not in shown
    assert asked(web, "top-queries", DAYS, ADMIN)["rows"]


def test_a_csv_holds_no_formula(web: TestClient):
    answer = web.get(f"/api/widgets/top-queries.csv?{DAYS}", headers=SALES)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert any(row["query"].startswith("'=hyperlink(") for row in rows)
    assert [safe_cell(value) for value in ("=1", "+1", "-1", "@x", "\tx", "x=1", -1, None)] == [
        "'=1", "'+1", "'-1", "'@x", "'\tx", "x=1", -1, None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("tier=Tier+3", "tier"),
        ("sentiment=angry", "sentiment"),
        ("from=yesterday", "from"),
        ("from=2026-11-26&to=2026-11-20", "from"),
        ("from=0001-01-01", "from"),
        ("to=9999-12-31", "to"),
        ("range=century", "range"),
        ("industry=" + "x" * 300, "industry"),
        ("limit=5", ""),
    ],
)
def test_a_wrong_filter_is_a_typed_error(web: TestClient, query: str, name: str):
    for path in ("/api/widgets/error-rate", "/dashboards/business") if name else ("/api/widgets/error-rate",):
        answer = web.get(f"{path}?{query}", headers=SALES)
        assert answer.status_code == 400
        assert answer.json()["error"] == "wrong_filter"
        assert name in answer.json()["problem"]
        assert "x" * 300 not in answer.text


def test_a_filter_value_that_is_sql_matches_nothing(web: TestClient):
    for value in ("legal' or '1'='1", "x'; drop table daily_calls; --", "$tier", "]]"):
        answer = asked(web, "top-industries", f"{DAYS}&industry={value}")
        assert answer["rows"] == []
        assert "drop" not in json.dumps(answer["sql"])
    assert asked(web, "top-industries")["rows"]


def test_nobody_gets_figures_without_a_role(web: TestClient):
    for path in ("/api/widgets/error-rate", "/api/widgets/error-rate.csv", "/dashboards", "/dashboards/business"):
        assert web.get(path).status_code == 401
        assert web.get(path, headers=as_person("stranger@example.com", accept="*/*")).status_code == 403
    assert web.get("/api/widgets/none", headers=SALES).json()["error"] == "not_found"
    assert web.get("/dashboards/none", headers=SALES).status_code == 404
