"""Alerts by e-mail: one each, when the channels before it have not taken it, and no words of a caller as markup or header."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError
from syrupy.assertion import SnapshotAssertion

from orchestration.destinations.alert_mail.settings import AlertMailSettings
from orchestration.destinations.alert_mail.vendor import ALERT_MAIL
from orchestration.mail.settings import MailSettings
from tests.support.alert_channels import HOSTILE, HOT_LEAD, LATENCY, AlertHome, alert_home
from tests.support.mail_server import Inbox, mail_server

OPS, SALES = "on-call@voice.example", "sales@voice.example"


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with mail_server() as inbox:
        yield inbox


@pytest.fixture
def home(inbox: Inbox, tmp_path: Path) -> Iterator[AlertHome]:
    mail = MailSettings(sender="Voice <voice@voice.example>", smtp_host="127.0.0.1", smtp_port=inbox.port, smtp_security="none")  # pyright: ignore[reportCallIssue]
    own = AlertMailSettings(ops_address=SecretStr(OPS), sales_address=SecretStr(SALES))  # pyright: ignore[reportCallIssue]
    with alert_home(tmp_path, more=[mail, own]) as made:
        yield made


def links_and_tags(page: str) -> tuple[set[str], bool]:
    """What the page links to, and whether the words made a tag."""
    found: set[str] = set()
    strange = False

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.update(value or "" for name, value in attrs if tag == "a" and name == "href")

        def handle_endtag(self, tag: str) -> None:
            nonlocal strange
            strange = strange or tag == "script"

        def handle_decl(self, decl: str) -> None:
            nonlocal strange
            strange = strange or "channel" in decl

    Reader().feed(page)
    return found, strange


def test_what_neither_channel_takes_comes_by_e_mail_once(home: AlertHome, inbox: Inbox):
    home.enter()
    home.service.faults = ["down"] * 4
    home.sync("pagerduty")
    home.later(minutes=1)
    home.workspace.faults = ["down"] * 4
    assert home.sync("slack").failure
    assert not home.is_due("alert_mail")
    home.later(minutes=1)
    assert home.is_due("alert_mail")
    assert home.sync("alert_mail").failure is None
    [(to, _)] = inbox.taken
    [message] = inbox.messages
    assert (to, message["Subject"], message["X-Priority"]) == (
        OPS, "P1 Error Rate >10%: Critical error rate: 25% errors in last 10 calls", "1",
    )  # fmt: skip
    plain = message.get_body(("plain",))
    assert plain is not None
    assert "PagerDuty has not taken this alert, so it is told here." in plain.get_content()
    home.resolve()
    home.sync("alert_mail")
    assert len(inbox.taken) == 1
    assert home.alert()["sent_to"] == "email_ops"
    assert not home.is_due("alert_mail")


def test_sales_gets_what_slack_does_not_take_and_operations_what_is_theirs(home: AlertHome, inbox: Inbox):
    home.enter(1, HOT_LEAD)
    home.enter(2, LATENCY)
    assert not home.is_due("alert_mail")
    del home.workspace.messages["C0SALES"], home.workspace.messages["C0OPS"]
    home.sync("slack")
    home.sync("alert_mail")
    assert sorted(to for to, _ in inbox.taken) == [OPS, SALES]


def test_words_of_a_caller_are_no_header_and_no_markup(home: AlertHome, inbox: Inbox, snapshot: SnapshotAssertion):
    del home.workspace.messages["C0SALES"]
    home.enter(
        1, "Competitor Mentioned", message=HOSTILE, session_id="call/1", competitor=HOSTILE, features=[[HOSTILE, 3, HOSTILE]]
    )
    home.sync("slack")
    assert home.sync("alert_mail").failure is None
    [message] = inbox.messages
    assert message["Bcc"] is None
    assert message.get_all("To") == [SALES]
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content() == snapshot
    assert links_and_tags(html.get_content()) == ({"https://voice.example/calls/call%2F1"}, False)


def test_a_kill_sends_the_same_bytes_under_the_same_message_id(home: AlertHome, inbox: Inbox, monkeypatch: pytest.MonkeyPatch):
    home.enter(1, LATENCY)
    del home.workspace.messages["C0OPS"]
    home.sync("slack")
    with monkeypatch.context() as patched:
        patched.setattr("orchestration.delivery.engine.record_outcomes", lambda *_: sys.exit())
        with pytest.raises(SystemExit):
            home.sync("alert_mail")
    home.sync("alert_mail")
    home.sync("alert_mail")
    first, second = inbox.taken
    assert first == second
    assert inbox.messages[0]["Message-ID"] == "<alert.1.email_ops@voice.example>"


def test_it_needs_an_address_and_a_server(tmp_path: Path):
    own = AlertMailSettings(ops_address=SecretStr(OPS))  # pyright: ignore[reportCallIssue]
    with alert_home(tmp_path, more=[own, MailSettings()]) as home:  # pyright: ignore[reportCallIssue]
        assert ALERT_MAIL.missing(home.platform) == "VOICE_MAIL_SENDER"
    with alert_home(tmp_path, more=[AlertMailSettings()]) as home:  # pyright: ignore[reportCallIssue]
        assert ALERT_MAIL.missing(home.platform) == "VOICE_ALERT_MAIL_OPS_ADDRESS"
    with pytest.raises(ValidationError, match="is not an e-mail address"):
        AlertMailSettings(ops_address=SecretStr("nobody"))  # pyright: ignore[reportCallIssue]
