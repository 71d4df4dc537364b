"""Webhooks: signature and age are checked over raw bytes before anything is parsed, and each event is stored once."""

from __future__ import annotations

import hmac
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from orchestration.alerts.business import Alert
from orchestration.alerts.history import record_alerts
from orchestration.state.tables import ALERTS, INBOUND_EVENTS
from orchestration.web.body import LARGEST_BODY
from orchestration.web.service import WebService
from orchestration.web.signatures import check_slack
from tests.orchestration.web.conftest import PAGERDUTY_SECRET, REAL_NOW, SLACK_SECRET, client_of, service_at

NOW = int(REAL_NOW.timestamp())
EVENT = {
    "event": {
        "id": "01CH7B3XLJQSLOHHUPTXZBJ8YN",
        "event_type": "incident.acknowledged",
        "occurred_at": "2026-11-30T11:59:58Z",
        "agent": {"summary": "Dana Ortiz"},
        "data": {"id": "Q1", "incident_key": "outage/2026-11-30T11:00"},
    }
}
MENTION = {"type": "event_callback", "event_id": "Ev0PV52K21", "event": {"type": "reaction_added"}}
ACTION = {"type": "block_actions", "trigger_id": "1.2.3", "user": {"id": "U1"}, "actions": [{"action_id": "ack", "value": "7"}]}


def signed_by_pagerduty(body: bytes, secret: str = PAGERDUTY_SECRET) -> dict[str, str]:
    return {"x-pagerduty-signature": f"v1={hmac.new(secret.encode(), body, sha256).hexdigest()}"}


def signed_by_slack(body: bytes, at: int = NOW, secret: str = SLACK_SECRET) -> dict[str, str]:
    signature = hmac.new(secret.encode(), b"v0:%d:%b" % (at, body), sha256).hexdigest()
    return {"x-slack-request-timestamp": str(at), "x-slack-signature": f"v0={signature}"}


def of_form(fields: dict[str, str]) -> tuple[bytes, dict[str, str]]:
    return urlencode(fields).encode(), {"content-type": "application/x-www-form-urlencoded"}


def stored(service: WebService) -> list[tuple[Any, ...]]:
    c = INBOUND_EVENTS.c
    with service.platform.state.reading() as connection:
        query = select(c.vendor, c.event_key, c.kind, c.body, c.received_at, c.handled_at).order_by(c.received_at, c.event_key)
        return [tuple(row) for row in connection.execute(query)]


def test_slacks_own_example_of_a_signature_is_right():
    """The example of docs.slack.dev, "Verifying requests from Slack"; its age is taken as none."""
    from datetime import UTC, datetime

    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar"
        b"&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com"
        b"%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    signature = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    check_slack("8f742231b10e8888abcd99yyyzzz85a5", "1531420618", signature, body, datetime.fromtimestamp(1531420618, UTC))


def test_a_signed_event_is_stored_as_it_came_and_once(service: WebService, client: TestClient):
    body = json.dumps(EVENT, indent=1).encode()
    answers = [client.post("/hooks/pagerduty", content=body, headers=signed_by_pagerduty(body)) for _ in range(3)]
    assert [(answer.status_code, answer.json()) for answer in answers] == [
        (200, {"stored": True}),
        (200, {"stored": False}),
        (200, {"stored": False}),
    ]
    assert stored(service) == [("pagerduty", EVENT["event"]["id"], "incident.acknowledged", body.decode(), REAL_NOW, REAL_NOW)]


def test_an_event_is_acted_on_after_it_was_answered(service: WebService, client: TestClient):
    alert = Alert(7, "Error Rate >10%", "25% errors", {}, None, REAL_NOW, "critical", "P1")
    with service.platform.state.writing() as connection:
        record_alerts(connection, [alert])
    agent = {"type": "user_reference", "summary": "Dana Ortiz"}
    event = {**EVENT["event"], "agent": agent, "data": {"id": "Q1", "incident_key": "voice-alert-7"}}
    body = json.dumps({"event": event}).encode()
    assert client.post("/hooks/pagerduty", content=body, headers=signed_by_pagerduty(body)).status_code == 200
    with service.platform.state.reading() as connection:
        found = connection.execute(select(ALERTS.c.acknowledged_by, ALERTS.c.acknowledged_at)).one()
    assert tuple(found) == ("Dana Ortiz (PagerDuty)", REAL_NOW)


def test_twenty_deliveries_at_once_store_one_event(service: WebService, client: TestClient):
    body = json.dumps(EVENT).encode()
    client.post("/hooks/pagerduty", content=b"")  # the state database is made

    def deliver(_: int) -> bool:
        return client_of(service).post("/hooks/pagerduty", content=body, headers=signed_by_pagerduty(body)).json()["stored"]

    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(deliver, range(20))) == [False] * 19 + [True]
    assert len(stored(service)) == 1


def test_any_of_several_signatures_is_enough_while_a_secret_is_replaced(client: TestClient):
    body = json.dumps(EVENT).encode()
    both = ", ".join([signed_by_pagerduty(body, "another")["x-pagerduty-signature"], *signed_by_pagerduty(body).values()])
    assert client.post("/hooks/pagerduty", content=body, headers={"x-pagerduty-signature": both}).status_code == 200


@pytest.mark.parametrize("header", [None, "", "v1=", "v1=00", "v0=" + "0" * 64, "v1=é", "wrong"])
def test_what_is_not_signed_is_refused_before_it_is_parsed(service: WebService, client: TestClient, header: str | None):
    for body in (json.dumps(EVENT).encode(), b"{", b"\xff"):
        headers = {} if header is None else {"x-pagerduty-signature": header.encode()}
        answer = client.post("/hooks/pagerduty", content=body, headers=headers)
        assert (answer.status_code, answer.json()["error"]) == (401, "bad_signature")
    changed = json.dumps(EVENT).encode()
    assert client.post("/hooks/pagerduty", content=changed + b" ", headers=signed_by_pagerduty(changed)).status_code == 401
    assert stored(service) == []


def test_events_interactions_and_commands_of_slack_are_stored(service: WebService, client: TestClient):
    event = json.dumps(MENTION).encode()
    interaction, form = of_form({"payload": json.dumps(ACTION)})
    command, _ = of_form({"command": "/voice", "text": "ack 7", "trigger_id": "9"})
    for body, headers in ((event, {}), (interaction, form), (command, form)) * 2:
        assert client.post("/hooks/slack", content=body, headers={**headers, **signed_by_slack(body)}).status_code == 200
    assert {(row[0], row[2]) for row in stored(service)} == {("slack", k) for k in ("event_callback", "block_actions", "/voice")}
    assert len(stored(service)) == 3
    assert ("slack", "Ev0PV52K21") in {row[:2] for row in stored(service)}


def test_slacks_challenge_is_answered_only_when_signed(service: WebService, client: TestClient):
    body = json.dumps({"type": "url_verification", "challenge": "3eZbrw1a"}).encode()
    assert client.post("/hooks/slack", content=body, headers=signed_by_slack(body)).json() == {"challenge": "3eZbrw1a"}
    assert client.post("/hooks/slack", content=body).status_code == 401
    assert stored(service) == []


@pytest.mark.parametrize(("age", "status"), [(0, 200), (300, 200), (301, 401), (-300, 200), (-301, 401), (86400 * 365, 401)])
def test_requests_of_slack_older_than_five_minutes_are_refused(client: TestClient, age: int, status: int):
    body = json.dumps(MENTION).encode()
    answer = client.post("/hooks/slack", content=body, headers=signed_by_slack(body, NOW - age))
    assert answer.status_code == status
    assert status == 200 or answer.json()["error"] == "too_old"


@pytest.mark.parametrize("timestamp", ["", "now", "1e9", "-1", "٣", "9" * 400, "1.0"])
def test_odd_timestamps_are_refused(client: TestClient, timestamp: str):
    body = json.dumps(MENTION).encode()
    signature = hmac.new(SLACK_SECRET.encode(), b"v0:" + timestamp.encode() + b":" + body, sha256).hexdigest()
    headers = {"x-slack-request-timestamp": timestamp.encode(), "x-slack-signature": f"v0={signature}".encode()}
    assert client.post("/hooks/slack", content=body, headers=headers).json()["error"] == "bad_signature"


ODD_BODIES = [
    b"{",
    b"[]",
    b"\xff",
    b"{}",
    b'{"type": 1}',
    b'{"event": []}',
    b'{"event": {"id": "", "event_type": "x"}}',
    b"[" * 9000,
]


@pytest.mark.parametrize("body", ODD_BODIES, ids=range(len(ODD_BODIES)))
def test_signed_nonsense_is_a_bad_body_and_no_crash(service: WebService, client: TestClient, body: bytes):
    for path, headers in (("/hooks/pagerduty", signed_by_pagerduty(body)), ("/hooks/slack", signed_by_slack(body))):
        answer = client.post(path, content=body, headers=headers)
        assert (answer.status_code, answer.json()["error"]) == (400, "bad_body")
    long = json.dumps({"event": {"id": "x" * 500, "event_type": "incident.acknowledged"}}).encode()
    assert client.post("/hooks/pagerduty", content=long, headers=signed_by_pagerduty(long)).status_code == 400
    assert stored(service) == []


def test_a_large_body_is_refused_whether_or_not_it_says_so(service: WebService, client: TestClient):
    large = b" " * (LARGEST_BODY + 1)
    assert client.post("/hooks/pagerduty", content=large, headers=signed_by_pagerduty(large)).json()["error"] == "too_large"
    chunks = (b" " * 65536 for _ in range(LARGEST_BODY // 65536 + 1))
    assert client.post("/hooks/pagerduty", content=chunks).json()["error"] == "too_large"
    fits = json.dumps(EVENT).encode().ljust(LARGEST_BODY)
    assert client.post("/hooks/pagerduty", content=fits, headers=signed_by_pagerduty(fits)).status_code == 200


def test_a_webhook_without_a_secret_takes_nothing(tmp_path: Any):
    service = service_at(tmp_path, pagerduty_signing_secret=None, slack_signing_secret="")
    body = json.dumps(EVENT).encode()
    for path, headers in (("/hooks/pagerduty", signed_by_pagerduty(body, "")), ("/hooks/slack", signed_by_slack(body, secret=""))):
        answer = client_of(service).post(path, content=body, headers=headers)
        assert (answer.status_code, answer.json()["error"]) == (404, "not_configured")


def test_a_replay_after_minutes_changes_nothing(tmp_path: Any):
    moments = iter([REAL_NOW, REAL_NOW + timedelta(minutes=30)])
    service = service_at(tmp_path, clock=lambda: next(moments))
    body = json.dumps(EVENT).encode()
    for _ in range(2):
        client_of(service).post("/hooks/pagerduty", content=body, headers=signed_by_pagerduty(body))
    assert [row[4] for row in stored(service)] == [REAL_NOW]
