"""Headers of every answer, requests of other sites, foreign host names, typed errors, and a log without personal data."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from orchestration.web.service import WebService
from tests.orchestration.web.conftest import BASE, as_person, client_of, service_at

SAM = as_person("sam@example.com")


@pytest.mark.parametrize("path", ["/", "/calls/none", "/healthz", "/nowhere", "/hooks/slack", "/static/style.css", "/unsubscribe"])
def test_every_answer_has_the_headers_that_protect_it(client: TestClient, path: str):
    headers = client.get(path, headers=SAM).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["style-src"] == "'self'"
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["strict-transport-security"].startswith("max-age=")
    assert (headers.get("cache-control") == "no-store") == (not path.startswith("/static/"))
    assert "server" not in headers


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "same-origin"}, 303),
        ({"origin": BASE}, 303),
        ({"sec-fetch-site": "cross-site", "origin": BASE}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "none"}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({}, 403),
    ],
)
def test_only_our_own_pages_may_post(tmp_path: Path, headers: dict[str, str], status: int):
    client = client_of(service_at(tmp_path, identity_header=""))
    assert client.post("/sign-out", headers=headers).status_code == status


@pytest.mark.parametrize("host", ["evil.example", "voice.example.evil.example", "10.0.0.1", ""])
def test_another_host_name_is_refused(client: TestClient, host: str):
    assert client.get("/healthz", headers={"host": host}).status_code == 400


def test_errors_are_typed_for_programs_and_pages_for_people(client: TestClient):
    for path, method, status, reason in (("/nowhere", "GET", 404, "not_found"), ("/healthz", "DELETE", 405, "method_not_allowed")):
        own = {"sec-fetch-site": "same-origin"}
        answer = client.request(method, path, headers=own)
        assert (answer.status_code, answer.json()["error"]) == (status, reason)
        page = client.request(method, path, headers={**own, "accept": "text/html"})
        assert page.headers["content-type"].startswith("text/html")
        assert "<h1>" in page.text


def test_the_access_log_names_routes_and_neither_paths_nor_queries_nor_persons(
    client: TestClient, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.INFO)
    client.get("/calls/dana@example.com?name=dana", headers=SAM)
    client.get("/calls/call_1", headers=SAM)
    client.get("/unsubscribe?token=of-dana")
    client.get("/dana/nowhere", headers=SAM)
    lines = [record.getMessage() for record in caplog.records if record.name == "voice.web.access"]
    assert [line.rsplit(" ", 2)[0] for line in lines] == [
        "GET /calls/{session_id} 404",
        "GET /calls/{session_id} 404",
        "GET /unsubscribe 400",
        "GET (no route) 404",
    ]
    assert not {"dana", "sam@example.com", "call_1"} & {word for r in caplog.records for word in r.getMessage().split()}


def test_an_unexpected_error_is_a_typed_answer_and_logged_without_its_message(
    service: WebService, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    def fail(*_: object) -> None:
        raise RuntimeError("dana@example.com said this")

    monkeypatch.setattr("orchestration.web.recent_calls.read_recent", fail)
    answer = client_of(service).get("/", headers={**SAM, "accept": "*/*"})
    assert (answer.status_code, answer.json()["error"]) == (500, "internal")
    assert "RuntimeError at test_middleware.py:" in caplog.text
    assert "dana" not in caplog.text
    assert "dana" not in answer.text
