"""Pages of the dashboards: every panel names its widgets, spans and filters, and says so when there is nothing to show."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import duckdb
import pytest

from orchestration.dashboards.charts import drawn
from orchestration.dashboards.definition import panels
from orchestration.dashboards.span_bounds import SPANS
from orchestration.intake.discovery import discover
from orchestration.web.service import WebService
from tests.orchestration.web.conftest import as_person, client_of, service_at
from tests.support.documents import put, session

SALES = as_person("sam@example.com")
PATHS = ["/dashboards", *(f"/dashboards/{name}" for name in panels())]


@pytest.fixture
def with_board(two_calls: object, with_calls: WebService) -> Iterator[WebService]:
    service = service_at(with_calls.platform.settings.home, content_board="https://board.example/new")
    yield service
    service.platform.close()


@pytest.mark.parametrize("panel", panels())
def test_a_panel_shows_every_widget_with_its_span_and_its_table(with_board: WebService, panel: str):
    found = panels()[panel]
    answer = client_of(with_board).get(f"/dashboards/{found.id}?range=30&charts=drawn", headers=SALES)
    assert answer.status_code == 200
    sections = dict(re.findall(r'<section class="card widget \w+" id="([\w-]+)"(.*?)</section>', answer.text, re.DOTALL))
    assert list(sections) == [widget.id for widget in found.widgets]
    for widget in found.widgets:
        shown = sections[widget.id]
        assert f">{widget.title.replace(chr(39), '&#39;')}</h2>" in shown
        assert (f'<span class="span">{SPANS[widget.span]}</span>' in shown) == (widget.span != "chosen")
        assert f"/api/widgets/{widget.id}.csv?from=" in shown
        assert "<svg aria-hidden" not in shown or "<table>" in shown, "every chart has a table behind it"
    assert "Cannot be read" not in answer.text
    page, scripts = re.subn(r'<script src="/static/refresh\.js\?\w+" defer></script>', "", answer.text)
    assert scripts == (found.refresh_seconds is not None)
    page, scripts = re.subn(r'<script src="/static/sort\.js\?\w+" defer></script>', "", page)
    assert scripts == 1
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:", page)


def test_charts_of_a_filtered_view_are_drawn_by_the_browser(with_calls: WebService):
    client = client_of(with_calls)
    made = drawn.cache_info().misses
    filtered = client.get("/dashboards/call-quality?range=30&tier=Tier+1", headers=SALES).text
    specifications = [json.loads(html.unescape(found)) for found in re.findall(r'data-(?:wide-)?chart="([^"]+)"', filtered)]
    assert specifications
    assert all(each["$schema"].startswith("https://vega.github.io/schema/vega-lite/") for each in specifications)
    assert drawn.cache_info().misses == made, "nothing is drawn here"
    scripts = re.findall(r'<script src="([^"]+)" defer></script>', filtered)
    assert [address.split("?")[0] for address in scripts] == ["/static/sort.js", "/static/vega.js", "/static/charts.js"]
    for address in scripts:
        assert client.get(address).headers["content-type"].startswith("text/javascript")
    bundle = client.get(scripts[1], headers={"accept-encoding": "gzip"})
    assert bundle.headers["content-encoding"] == "gzip"
    assert "immutable" in bundle.headers["cache-control"]
    assert "window.vegaEmbed" in bundle.text
    for path in ("/dashboards/call-quality", "/dashboards/call-quality?range=30&tier=Tier+1&charts=drawn"):
        whole = client.get(path, headers=SALES).text
        assert "data-chart" not in whole
        assert "vega.js" not in whole


def test_without_scripts_the_next_panel_is_drawn_here_too(with_calls: WebService):
    page = client_of(with_calls).get("/dashboards/call-quality?range=30&charts=drawn", headers=SALES).text
    (next_panel,) = re.findall(r'href="(/dashboards/trends\?[^"]*)"', page)
    assert "charts=drawn" in next_panel
    assert "charts=drawn" not in "".join(re.findall(r'href="(/api/[^"]*)"', page))


def test_figures_that_change_by_the_second_are_asked_for_again(with_calls: WebService):
    client = client_of(with_calls)
    for panel, seconds in (("performance", 10), ("trends", 300)):
        answer = client.get(f"/dashboards/{panel}", headers=SALES)
        assert f'data-refresh="{seconds}"' in answer.text
        assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "script-src" not in client.get("/calls/one", headers=SALES).headers["content-security-policy"]


def test_figures_have_their_targets_and_actions(with_board: WebService):
    client = client_of(with_board)
    quality = client.get("/dashboards/call-quality?range=7", headers=SALES).text
    for target in ("Target 3–7 min", "Target 8–15", "Target &gt;70%", "Target &gt;90%"):
        assert target in quality
    assert "Goal ≥25%" in client.get("/dashboards/business?range=7", headers=SALES).text
    performance = client.get("/dashboards/performance?range=7", headers=SALES).text
    assert "Alert threshold &gt;5%" in performance
    assert "monthly budget of $5,400" in performance
    assert "https://board.example/new" in client.get("/dashboards/knowledge-base", headers=SALES).text


def test_what_has_no_source_is_unavailable_and_never_0(with_calls: WebService):
    page = client_of(with_calls).get("/dashboards/performance", headers=SALES).text
    active = re.search(r'id="active-calls"(.*?)</section>', page, re.DOTALL)
    assert active
    assert "Unavailable" in active[1]
    assert not re.search(r'class="value">', active[1])


@pytest.mark.parametrize("path", PATHS)
def test_without_any_data_every_page_says_so(service: WebService, path: str):
    answer = client_of(service).get(path, headers=SALES)
    assert answer.status_code == 200
    assert "Nothing has been published yet" in answer.text
    assert 'class="value"' not in answer.text
    assert client_of(service).get("/api/widgets/error-rate", headers=SALES).json() == {
        "id": "error-rate",
        "title": "Error rate",
        "rows": [],
        "sql": {},
        "n": None,
        "as_of": None,
    }


def test_the_form_shows_the_filters_of_the_address(with_calls: WebService):
    page = client_of(with_calls).get('/dashboards/business?range=7&tier=Tier+1&industry="><b>', headers=SALES).text
    assert '<option value="7" selected>Last 7 days</option>' in page
    assert '<option value="Tier 1" selected>Tier 1</option>' in page
    assert '<option value="&#34;&gt;&lt;b&gt;" selected>' in page, "an unknown industry stays chosen, as text"
    assert '<input type="date" name="from" value="2026-11-20">' in page
    assert ">Reset</a>" in page


def test_calls_that_wait_are_said_to_be_missing(with_calls: WebService, monkeypatch: pytest.MonkeyPatch):
    platform = with_calls.platform
    put(platform, session("waiting"))
    discover(platform.store, platform.state, platform.now())
    assert "not in these figures yet" not in client_of(with_calls).get("/dashboards", headers=SALES).text
    monkeypatch.setattr("tests.orchestration.web.conftest.NOW", datetime.now(UTC) + timedelta(hours=1))
    later = service_at(platform.settings.home)
    page = client_of(later).get("/dashboards", headers=SALES).text
    later.platform.close()
    assert re.search(r"\d calls? not in these figures yet; the oldest has waited [\d,]+ minutes\.", page)


def test_a_missing_table_takes_its_widgets_only(with_calls: WebService, monkeypatch: pytest.MonkeyPatch):
    real = duckdb.connect

    def without_costs(*args: str, **options: bool) -> duckdb.DuckDBPyConnection:
        connection = real(*args, **options)
        connection.execute("create temp view daily_costs as select 1 as nothing")
        return connection

    monkeypatch.setattr("orchestration.warehouse.reader.duckdb.connect", without_costs)
    page = client_of(with_calls).get("/dashboards/performance?range=7", headers=SALES).text
    assert page.count("Cannot be read") == 1
    assert re.search(r'id="error-rate".*?class="value"', page, re.DOTALL)


def test_the_same_view_is_read_and_drawn_once(with_calls: WebService, monkeypatch: pytest.MonkeyPatch):
    client, path = client_of(with_calls), "/dashboards/call-quality?range=7"
    first = client.get(path, headers=SALES).text
    drawings = drawn.cache_info().misses

    def not_again(*_: object) -> None:
        raise AssertionError("read again")

    monkeypatch.setattr("orchestration.web.widgets.read_widget", not_again)
    assert client.get(path, headers=SALES).text == first
    assert drawn.cache_info().misses == drawings
