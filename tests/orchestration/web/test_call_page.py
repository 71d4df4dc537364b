"""The page of a call: each role sees what it may and no more, every view is recorded first, and links of messages lead there."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from starlette.testclient import TestClient

from contract.platform.call_page import call_page
from orchestration.intake.discovery import discover
from orchestration.local_run import run_pending
from orchestration.state.call_views import views_of
from orchestration.state.tables import CALL_VIEWS
from orchestration.web.service import WebService
from tests.orchestration.web.conftest import BASE, REAL_NOW, as_person, client_of
from tests.support.documents import LINES, put, session

LINK = urlsplit(call_page(BASE, "one") or "").path
VIEWER, SALES = as_person("vera@example.com"), as_person("sam@example.com")
ADMIN = as_person("adam@example.com", **{"x-forwarded-groups": "others, voice-admins"})
WORDS = [text for _, text in LINES]
IDENTITY = ["one@example.com"]


def text_of(page: str) -> str:
    """What a reader reads: marks stand within words' lines, other tags between them."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", re.sub(r"</?mark[^>]*>", "", page))).replace("&#39;", "'")


def triples(words: list[str]) -> list[tuple[str, ...]]:
    return [tuple(words[at : at + 3]) for at in range(len(words) - 2)]


def test_sales_sees_who_called_what_was_said_and_why_it_scores(with_calls: WebService):
    answer = client_of(with_calls).get(LINK, headers=SALES)
    assert answer.status_code == 200
    shown = text_of(answer.text)
    for expected in [*WORDS, *IDENTITY, "Summary", "DocuSign", "12 people", "200 documents a month", "900 ms", "The call began"]:
        assert expected in shown
    assert "Opened by" not in shown
    assert re.search(r'href="#turn-1">“[^<]*twelve', answer.text), "evidence leads to its turn"
    assert 'id="turn-1"' in answer.text


def test_a_viewer_sees_figures_and_neither_words_nor_persons(with_calls: WebService):
    answer = client_of(with_calls).get(LINK, headers=VIEWER)
    assert answer.status_code == 200
    shown = text_of(answer.text.replace("vera@example.com", ""))
    said = [" ".join(words) for text in WORDS for words in triples(text.split())]
    for hidden in [*said, *IDENTITY, "example.com", "DocuSign", "“"]:
        assert hidden not in shown, hidden
    for expected in ("12 people", "900 ms", "Why this score", "The call began", "Lead "):
        assert expected in shown


def test_an_admin_sees_documents_and_who_looked(with_calls: WebService):
    client = client_of(with_calls)
    client.get(LINK, headers=SALES)
    shown = text_of(client.get(LINK, headers=ADMIN).text)
    assert "sessions/year=2026/month=11/day=20/one.json.gz" in shown
    assert "sam@example.com · sales" in shown


def test_every_view_is_recorded_with_its_outcome(with_calls: WebService):
    client = client_of(with_calls)
    for path, headers in ((LINK, SALES), ("/calls/unknown", VIEWER), (LINK, as_person("stranger@example.com")), (LINK, {})):
        client.get(path, headers=headers)
    with with_calls.platform.state.reading() as connection:
        rows = [tuple(row)[1:] for row in connection.execute(select(CALL_VIEWS).order_by(CALL_VIEWS.c.id))]
    assert rows == [
        (REAL_NOW, "sam@example.com", "sales", "one", "shown"),
        (REAL_NOW, "vera@example.com", "viewer", "unknown", "not_found"),
        (REAL_NOW, "stranger@example.com", "none", "one", "refused"),
    ]


def test_a_view_that_cannot_be_recorded_is_not_given(with_calls: WebService, monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object) -> None:
        raise OperationalError("insert", {}, Exception("disk full"))

    monkeypatch.setattr("orchestration.web.call_page.record_view", refuse)
    answer = client_of(with_calls).get(LINK, headers=SALES)
    assert answer.status_code == 503
    assert WORDS[1] not in answer.text
    assert "disk full" not in answer.text


def test_an_unknown_call_is_not_found_and_an_unreadable_id_not_recorded(with_calls: WebService):
    client = client_of(with_calls)
    assert client.get("/calls/unknown", headers={**SALES, "accept": "*/*"}).json()["error"] == "not_found"
    for path in ("/calls/", f"/calls/{'x' * 300}", "/calls/a%00b"):
        assert client.get(path, headers=SALES).status_code == 404
    assert views_of(with_calls.platform.state, "a\0b") == []


def test_a_call_that_is_not_published_says_so(service: WebService):
    platform = service.platform
    put(platform, session("waiting"))
    platform.store.put("sessions/year=2026/month=11/day=20/broken.json.gz", b"{")
    discover(platform.store, platform.state, platform.now())
    client = client_of(service)
    assert "is being processed" in client.get("/calls/waiting", headers=VIEWER).text
    put(platform, session("trial", test_call=True))
    run_pending(platform)
    assert "This is a test call" in client.get("/calls/trial", headers=VIEWER).text
    assert "could not be used" in client.get("/calls/broken", headers=VIEWER).text
    assert "bad_json" not in client.get("/calls/broken", headers=SALES).text
    assert "bad_json" in client.get("/calls/broken", headers=ADMIN).text


HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)> {{ 7*7 }} \u202etxet"


def test_hostile_names_and_words_are_shown_as_text(service: WebService):
    transcript = [{**item, "text": f"{item['text']} {HOSTILE}"} for item in session("hostile")["transcript"]]
    put(service.platform, session("hostile", user_name=HOSTILE, transcript=transcript))
    run_pending(service.platform)
    link = urlsplit(call_page(BASE, "hostile") or "").path
    for headers in (SALES, ADMIN):
        answer = client_of(service).get(link, headers=headers)
        assert answer.status_code == 200
        assert "<script" not in answer.text
        assert "<img" not in answer.text
        assert "{{ 7*7 }}" in answer.text
    heading = re.search(r"<h1[^>]*>(.*)</h1>", answer.text)
    assert heading
    assert "\u202e" not in heading[1]


def test_pages_load_nothing_from_elsewhere_and_hold_no_script_or_inline_style(with_calls: WebService):
    client = client_of(with_calls)
    for path in ("/", LINK, "/nowhere"):
        page = client.get(path, headers=ADMIN).text
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:", page)
        assert not re.search(r'(?:src|href|action)="(?:https?:)?//', page)
    style = re.search(r'href="(/static/style\.css\?\w+)"', page)
    assert style
    sheet = client.get(style[1])
    assert sheet.status_code == 200
    assert not re.search(r"url\(|@import", sheet.text)
    assert len(set(re.findall(r"font(?:-size)?:[^;]*?var\(--(\w+)\)", sheet.text))) == 5, "one type scale"


def test_the_latest_calls_link_to_their_pages(with_calls: WebService):
    client = client_of(with_calls)
    for headers, named in ((SALES, "example.com"), (VIEWER, "Lead ")):
        page = client.get("/", headers=headers).text
        assert re.findall(r'class="row" href="(/calls/\w+)"', page) == ["/calls/one", "/calls/two"]
        assert named in page
    assert "one@example.com" not in page


def test_an_empty_platform_has_a_page(client: TestClient):
    assert "No call has been published yet" in client.get("/", headers=SALES).text
