"""Unsubscription: a look changes nothing, and one click is enough (RFC 8058)."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from orchestration.messages.unsubscribe import unsubscribe_headers, unsubscribe_token, unsubscribe_url
from orchestration.state.tables import UNSUBSCRIPTIONS
from orchestration.state.unsubscriptions import is_unsubscribed
from orchestration.web.service import WebService
from tests.orchestration.web.conftest import BASE

DANA, SAM = "d4e5f6", "a1b2c3"  # keys of recipients, as whoever sends makes them of addresses
ONE_CLICK = "List-Unsubscribe=One-Click"
MULTIPART = '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--'


@pytest.fixture
def link(service: WebService) -> str:
    token = unsubscribe_token(service.platform.pseudonym_secret, "daily", DANA)
    headers = unsubscribe_headers(unsubscribe_url(BASE, token))
    assert headers["List-Unsubscribe-Post"] == ONE_CLICK
    found = re.fullmatch(r"<(https://[^>]+)>", headers["List-Unsubscribe"])
    assert found
    return found[1]


def rows(service: WebService) -> list[Any]:
    with service.platform.state.reading() as connection:
        return list(connection.execute(select(UNSUBSCRIPTIONS)))


def has_left(service: WebService, report: str = "daily", recipient: str = DANA) -> bool:
    with service.platform.state.reading() as connection:
        return is_unsubscribed(connection, report, recipient)


def test_a_scanner_that_opens_the_link_unsubscribes_nobody(service: WebService, client: TestClient, link: str):
    for _ in range(2):
        page = client.get(link, headers={"accept": "text/html"})
        assert page.status_code == 200
        assert "Stop the daily report?" in page.text
    client.head(link)
    assert not has_left(service)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (ONE_CLICK, "application/x-www-form-urlencoded"),
        (
            '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--',
            "multipart/form-data; boundary=x",
        ),
    ],
)
def test_one_click_of_a_mail_program_is_enough(service: WebService, client: TestClient, link: str, body: str, content_type: str):
    """No cookie, no Origin, no redirect (RFC 8058, 3.2)."""
    for _ in range(2):
        answer = client.post(link, content=body, headers={"content-type": content_type})
        assert answer.status_code == 200
    assert has_left(service)
    assert len(rows(service)) == 1


def test_the_button_of_the_page_does_the_same(service: WebService, client: TestClient, link: str):
    page = client.get(link).text
    assert '<form method="post">' in page
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]+)">', page))
    answer = client.post(link, data=fields, headers={"accept": "text/html", "sec-fetch-site": "same-origin"})
    assert "You will not get the daily report any more." in answer.text
    assert "You will not get the daily report any more." in client.get(link, headers={"accept": "text/html"}).text


def test_it_is_one_report_of_one_person(service: WebService, client: TestClient, link: str):
    client.post(link, content=ONE_CLICK)
    assert has_left(service)
    assert not has_left(service, report="weekly")
    assert not has_left(service, recipient=SAM)


def test_a_changed_or_foreign_token_is_refused(service: WebService, client: TestClient, link: str):
    [token] = parse_qs(urlsplit(link).query)["token"]
    foreign = [unsubscribe_token(b"another", "daily", DANA), service.signer.sign_in_token()]
    forged = [token[:-1], token + "x", "", "x.y", *foreign]
    for wrong in forged:
        for answer in (client.post("/unsubscribe", params={"token": wrong}), client.get("/unsubscribe", params={"token": wrong})):
            assert (answer.status_code, answer.json()["error"]) == (400, "bad_token")
    assert client.post("/unsubscribe").status_code == 400
    assert rows(service) == []


def test_without_a_public_address_mails_have_no_link():
    assert unsubscribe_headers(unsubscribe_url("", "token")) == {}
