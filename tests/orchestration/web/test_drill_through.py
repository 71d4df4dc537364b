"""Pages that dashboards lead to: every link of every panel is followed as each role, with hostile names, words and addresses."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import duckdb
import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from orchestration.dashboards.definition import panels
from orchestration.dashboards.links import page_of, query_key
from orchestration.state.alerting import alert_with_id, silence_of
from orchestration.state.call_views import views_of
from orchestration.state.tables import ALERT_SILENCES, ALERTS, CALL_VIEWS
from orchestration.warehouse.reader import open_published
from orchestration.web.default_views import DefaultViews
from orchestration.web.service import WebService
from tests.orchestration.web.conftest import client_of, service_at
from tests.orchestration.web.drill_sample import (
    ADMIN,
    ALERT,
    DIGEST,
    HOSTILE_NAME,
    HOSTILE_QUERY,
    ONE_MEANING,
    SALES,
    VIEWER,
    documents,
    make_drill_home,
)
from tests.orchestration.web.page_links import links_of
from tests.support.documents import NOW
from tests.support.once import once

ROLES = {"viewer": VIEWER, "sales": SALES, "admin": ADMIN}


@pytest.fixture(scope="session")
def drill_home(of_all_workers: Path) -> Path:
    return once(of_all_workers / "drill-calls", make_drill_home)


@pytest.fixture
def web(drill_home: Path) -> Iterator[WebService]:
    service = service_at(drill_home, code_url="https://code.example/blob/main")
    yield service
    with service.platform.state.writing() as connection:
        connection.execute(ALERTS.update().values(acknowledged_at=None, acknowledged_by=None))
        connection.execute(ALERT_SILENCES.delete())
        connection.execute(CALL_VIEWS.delete())
    service.platform.close()


@pytest.fixture
def client(web: WebService) -> TestClient:
    return client_of(web)


def widget_links(page: str) -> dict[str, list[str]]:
    sections = re.findall(r'<section class="card widget \w+" id="([\w-]+)"(.*?)</section>', page, re.DOTALL)
    return {name: links_of(f'<main id="main"{shown}') for name, shown in sections}


class _Attributes(HTMLParser):
    """Collects the names of all attributes, as a browser reads them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {name for name, _ in attrs}


def assert_is_safe(page: str) -> None:
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "<b onclick" not in page
    names = _Attributes()
    names.feed(page)
    assert not {name for name in names.found if name.startswith("on") or name in ("style", "srcdoc")}
    assert "javascript:" not in page


def hidden_texts() -> list[str]:
    """What a viewer never sees: who called, what was searched for, and stretches of what was said."""
    hidden = ["evil.example", "HYPERLINK", "onerror", *ONE_MEANING, ".example·", "@company", "company0.example"]
    said = [item.text for document in documents() for item in document.transcript if len(item.text.split()) > 4]
    return [*hidden, *(" ".join(text.split()[:5]) for text in said)]


@pytest.mark.parametrize("role", ROLES)
def test_every_drill_down_of_every_panel_leads_to_a_page(client: TestClient, role: str):
    headers, seen, widgets = ROLES[role], {}, set[str]()
    for panel in panels().values():
        page = client.get(f"/dashboards/{panel.id}?range=7", headers=headers)
        assert "Cannot be read" not in page.text
        assert_is_safe(page.text)
        for widget, links in widget_links(page.text).items():
            widgets |= {widget} if links else set()
            seen |= dict.fromkeys(links, widget)
    drilled = {widget.id for panel in panels().values() for widget in panel.widgets if widget.drill_down}
    assert drilled - widgets <= ({"top-queries"} if role == "viewer" else set())
    further: dict[str, str] = {}
    for link, widget in seen.items():
        answer = client.get(link, headers=headers)
        assert answer.status_code == 200, (widget, link)
        assert "Cannot be read" not in answer.text, link
        assert_is_safe(answer.text)
        further |= {each: link for each in links_of(answer.text) if each not in seen}
    assert {link.split("/")[1].split("?")[0] for link in seen} >= {"leads", "queries", "industries", "objections", "alerts"}
    for link, source in further.items():
        assert client.get(link, headers=headers).status_code == 200, (source, link)


def test_a_viewer_reads_no_words_and_no_names_on_any_page(client: TestClient, web: WebService):
    hidden = hidden_texts()
    paths = [f"/dashboards/{panel}?range=7" for panel in panels()]
    for path in list(paths):
        paths += links_of(client.get(path, headers=VIEWER).text)
    paths += [f"/alerts/{ALERT}", f"/alerts/{DIGEST}", "/calls/drill_00", "/queries"]
    for path in dict.fromkeys(paths):
        shown = html.unescape(client.get(path, headers=VIEWER).text).replace("vera@example.com", "")
        for text in hidden:
            assert text not in shown, (path, text)
    key = query_key(HOSTILE_QUERY.lower())
    refused = client.get(f"/queries/{key}", headers=VIEWER)
    assert refused.status_code == 403
    assert "Ask for the role sales" in refused.text
    assert [view["outcome"] for view in views_of(web.platform.state, f"queries/{key}")] == ["refused"]


def test_the_page_of_a_lead_says_who_why_and_what_came_of_it(client: TestClient, web: WebService):
    with open_published(web.platform.settings) as connection:
        found = connection.execute("select lead_key from sessions group by lead_key having count(*) = 2").fetchall()
        changes = connection.execute("select score_change_explanation from leads where lead_key = ?", found[0]).fetchone()
    path = f"/leads/{found[0][0]}"
    page = html.unescape(client.get(path, headers=SALES).text)
    assert HOSTILE_NAME.replace("\u202e", " ")[:20] in page
    assert "caller10@company10.example" in page
    for widget in ("Score history", "Signals", "Calls", "Questions", "Deliveries", "Alerts"):
        assert re.search(rf'-title">{widget}</h2>', page)
    assert changes
    assert ("unchanged" if "unchanged" in changes[0] else "Profile" if "demographic" in changes[0] else "→") in page or "+" in page
    assert re.search(r"“[^”]{4,}”", page), "evidence"
    assert page.count('href="/calls/drill_1') >= 2
    assert [view["outcome"] for view in views_of(web.platform.state, path[1:])] == ["shown"]


def test_a_question_is_one_whatever_its_words(client: TestClient):
    for wording in ONE_MEANING:
        answer = client.get(f"/queries/{query_key(wording.lower())}?range=7", headers=SALES)
        assert answer.status_code == 200
        page = html.unescape(answer.text)
        assert all(f"“{each.lower()}”" in page for each in ONE_MEANING)
        assert HOSTILE_QUERY.lower() not in page
        answers = re.findall(r">(Yes|No)</td>", page)
        share = re.search(r'class="value">(\d+)%', page)
        assert share
        assert int(share[1]) == round(100 * answers.count("Yes") / len(answers)), "searches with a result, of all"
        assert 'href="/calls/drill_00"' in page
    assert client.get(f"/queries/{query_key(wording.lower())}?range=yesterday&tier=Tier+1", headers=SALES).status_code in (200, 404)


def test_an_objection_has_what_to_say_and_where_it_came_up(client: TestClient):
    page = client.get("/dashboards/sales-intelligence?range=7", headers=SALES).text
    link = widget_links(page)["common-objections"][0]
    shown = html.unescape(client.get(link, headers=SALES).text)
    assert "What to say" in shown
    assert re.search(r'class="tip-list"><li>\w', shown)
    assert re.search(r'href="/leads/[0-9a-f]{64}"', shown)
    assert re.search(r"“[^”]{4,}”", shown)


WRONG = [
    "/leads/unknown", "/leads/" + "0" * 64, f"/leads/{quote(HOSTILE_NAME, safe='')}", "/leads/' or 1=1 --", "/queries/zz",
    "/queries/" + "0" * 16, f"/queries/{quote(HOSTILE_QUERY, safe='')}", "/industries/nowhere",
    f"/industries/{quote(HOSTILE_NAME, safe='')}", "/industries/x'; drop table daily_calls; --", f"/industries/{'x' * 5000}",
    "/objections/pricing/nothing", f"/objections/{quote(HOSTILE_NAME, safe='')}/{quote(HOSTILE_QUERY, safe='')}",
    "/alerts/0", "/alerts/-1", "/alerts/9223372036854775808", "/alerts/1e3", "/alerts/٣", f"/alerts/{'9' * 400}",
    f"/alerts/{quote(HOSTILE_NAME, safe='')}", "/calls/nothing", "/dashboards/nothing", "/api/widgets/nothing",
]  # fmt: skip


@pytest.mark.parametrize("role", ROLES)
def test_what_is_not_there_has_a_page_that_says_what_to_do(client: TestClient, role: str):
    for path in WRONG:
        answer = client.get(path, headers=ROLES[role])
        allowed = (404, 403) if role == "viewer" and "/queries/0" in path else (404,)
        assert answer.status_code in allowed, path
        assert 'class="notice"' in answer.text
        assert re.search(r'<p class="lead">[^<]{12,}</p>', answer.text), path
        assert_is_safe(answer.text)


@pytest.mark.parametrize("role", ROLES)
def test_filters_of_the_address_are_values(client: TestClient, role: str):
    with_sql = f"from=2026-11-20&to=2026-11-26&agent_version={quote(HOSTILE_QUERY)}"
    industry = links_of(client.get("/dashboards/sales-intelligence?range=7", headers=ROLES[role]).text)
    paths = ["/queries", next(link.split("?")[0] for link in industry if link.startswith("/industries/"))]
    paths.append(next(link.split("?")[0] for link in industry if link.startswith("/objections/")))
    for path in paths:
        answer = client.get(f"{path}?{with_sql}", headers=ROLES[role])
        assert answer.status_code == 200
        assert "Cannot be read" not in answer.text
        assert_is_safe(answer.text)
        wrong = client.get(f"{path}?from={quote(HOSTILE_NAME)}", headers=ROLES[role])
        assert wrong.status_code == 400
        assert "YYYY-MM-DD" in wrong.text


def test_an_industry_that_is_no_path_is_found_by_its_address():
    row = {"industry": "oil/gas & <b>", "category": "a/b", "objection": "x y", "id": 3, "session_id": "s", "lead_key": None}
    assert page_of("industry", row, "from=1") == "/industries/oil%2Fgas%20%26%20%3Cb%3E?from=1"
    assert page_of("objection", row) == "/objections/a%2Fb/x%20y"
    assert page_of("lead", row) == "/calls/s", "a caller without a key is known by the call"
    assert page_of("industry", {"industry": "unknown"}) == ""


def post(client: TestClient, path: str, headers: dict[str, str], site: str = "same-origin") -> int:
    return client.post(path, headers={**headers, "sec-fetch-site": site}).status_code


def test_an_alert_is_acknowledged_once_by_who_may(client: TestClient, web: WebService):
    path, state = f"/alerts/{ALERT}", web.platform.state
    page = client.get(path, headers=SALES).text
    assert f'action="{path}/acknowledge"' in page
    assert 'href="https://code.example/blob/main/docs/runbooks.md#error-rate' in page
    assert 'href="/calls/drill_00"' in page
    assert f'action="{path}/silence' not in page
    assert "<form" not in client.get(path, headers=VIEWER).text.split('<main id="main"')[1]
    assert post(client, f"{path}/acknowledge", VIEWER) == 403
    assert post(client, f"{path}/acknowledge", SALES, site="cross-site") == 403
    assert client.post(f"{path}/acknowledge", headers=SALES).status_code == 403, "neither Sec-Fetch-Site nor Origin"
    assert client.get(f"{path}/acknowledge", headers=SALES).status_code == 405
    with state.reading() as connection:
        assert (alert_with_id(connection, ALERT) or {})["acknowledged_by"] is None
    assert post(client, f"{path}/acknowledge", SALES) == 303
    assert post(client, f"{path}/acknowledge", ADMIN) == 303
    with state.reading() as connection:
        alert = alert_with_id(connection, ALERT) or {}
        audit = [tuple(row) for row in connection.execute(select(CALL_VIEWS.c.viewer, CALL_VIEWS.c.role, CALL_VIEWS.c.outcome))]
    assert (alert["acknowledged_by"], alert["acknowledged_at"]) == ("sam@example.com", NOW)
    assert ("sam@example.com", "sales", "acknowledged") in audit
    assert ("vera@example.com", "viewer", "refused") in audit
    assert [row for row in audit if row[2] == "acknowledged"] == [("sam@example.com", "sales", "acknowledged")]
    assert "Acknowledged by sam@example.com" in client.get(path, headers=SALES).text
    assert "sam@example.com" not in client.get(path, headers=VIEWER).text


def test_a_rule_is_silenced_by_admins(client: TestClient, web: WebService):
    path, state = f"/alerts/{ALERT}", web.platform.state
    assert f'action="{path}/silence/2h"' in client.get(path, headers=ADMIN).text
    assert post(client, f"{path}/silence/2h", SALES) == 403
    assert post(client, f"{path}/silence/7y", ADMIN) == 404
    assert post(client, "/alerts/1/silence/2h", ADMIN) == 404
    with state.reading() as connection:
        assert silence_of(connection, "Error Rate >10%", NOW) is None
    assert post(client, f"{path}/silence/2h", ADMIN) == 303
    with state.reading() as connection:
        assert silence_of(connection, "Error Rate >10%", NOW) == {
            "until": NOW + timedelta(hours=2),
            "silenced_by": "adam@example.com",
        }
    assert "silenced until November 26, 2026, 09:00 EST by adam@example.com" in client.get(path, headers=ADMIN).text
    assert "adam" not in client.get(path, headers=VIEWER).text
    assert "silenced" in [view["outcome"] for view in views_of(state, f"alerts/{ALERT}")]


def test_an_alert_with_words_shows_them_to_those_who_may(client: TestClient):
    assert "evil.example" in client.get(f"/alerts/{DIGEST}", headers=SALES).text
    shown = client.get(f"/alerts/{DIGEST}", headers=VIEWER).text
    assert "evil.example" not in shown
    assert 'href="/calls/drill_01"' in shown


@pytest.mark.parametrize("path", ["/queries", "/industries/legal", "/objections/pricing/discount", "/leads/" + "0" * 64])
def test_without_a_publication_every_page_says_what_to_do(service: WebService, path: str):
    answer = client_of(service).get(path, headers=SALES)
    assert answer.status_code in (200, 404)
    assert "Nothing has been published yet" in answer.text or 'class="lead"' in answer.text


def test_default_views_are_drawn_when_a_version_is_published(web: WebService, monkeypatch: pytest.MonkeyPatch):
    views = DefaultViews(web)
    assert views.draw_if_new()
    assert not views.draw_if_new(), "the same version is drawn once"

    def not_again(*_: object) -> None:
        raise AssertionError("read again")

    monkeypatch.setattr("orchestration.web.widgets.read_widget", not_again)
    client = client_of(web)
    for headers in ROLES.values():
        for panel in panels():
            assert client.get(f"/dashboards/{panel}", headers=headers).status_code == 200


def test_a_thousand_industries_are_too_many_to_choose_from_and_each_has_its_page(web: WebService, monkeypatch: pytest.MonkeyPatch):
    real = duckdb.connect

    def with_industries(*args: str, **options: bool) -> duckdb.DuckDBPyConnection:
        connection = real(*args, **options)
        database = connection.execute("select current_database()").fetchall()[0][0]
        connection.execute(
            "create temp view daily_calls as select calls.* replace ('<i>' || number as industry)"
            f' from "{database}".main.daily_calls as calls cross join range(1000) as numbers(number)'
        )
        return connection

    monkeypatch.setattr("orchestration.warehouse.reader.duckdb.connect", with_industries)
    client = client_of(service_at(web.platform.settings.home))
    page = client.get("/dashboards/sales-intelligence?range=7", headers=SALES).text
    assert len(page) < 250_000, "bytes of the first view (issue: under 250 KB)"
    assert page.count("&lt;i&gt;") < 700
    assert len(re.findall(r'class="bar-name"[^>]*><a', page)) == 10
    for number in (0, 999):
        answer = client.get(f"/industries/{quote(f'<i>{number}', safe='')}?range=7", headers=SALES)
        assert answer.status_code == 200
        assert f'<h1 dir="auto">&lt;i&gt;{number}</h1>' in answer.text
    assert client.get(f"/industries/{quote('<i>1000', safe='')}", headers=SALES).status_code == 404
