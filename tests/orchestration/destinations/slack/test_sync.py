"""Alerts in Slack: one message each, updated in place, never twice, and nothing of a caller's words taken as markup."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import select
from syrupy.assertion import SnapshotAssertion

from contract.platform.failures import ConfigurationFailure
from contract.platform.settings import Settings
from orchestration.alerts.business import Alert
from orchestration.alerts.history import record_alerts
from orchestration.delivery.engine import Summary, sync
from orchestration.delivery.log import delivery_totals
from orchestration.destinations.slack.destination import slack
from orchestration.destinations.slack.settings import SlackSettings
from orchestration.destinations.slack.vendor import SLACK
from orchestration.downstream.follower import is_due
from orchestration.downstream.table import sync_follower
from orchestration.messages.block_kit import MOST_BLOCKS, MOST_CHARACTERS
from orchestration.resources import Platform
from orchestration.state.alerting import acknowledge, resolve
from orchestration.state.tables import DELIVERY_LOG, DOCUMENTS
from tests.fakes.slack import Fault, Workspace, serve
from tests.support.documents import NOW

HOSTILE = "<!channel> <https://evil.example|click> & </script> *bold* #general https://evil.example"
LATENCY = "Latency >1500ms Sustained"


@dataclass
class Alerts:
    """A home with alerts, and the workspace they go to."""

    platform: Platform
    workspace: Workspace
    slept: list[float] = field(default_factory=list)

    def enter(self, number: int = 1, name: str = LATENCY, suppressed: str | None = None, **facts: Any) -> int:
        context = {"subject": "", "n": 12, "value": "1640", "window": "10 min", "action": "Investigate slow components"}
        session = facts.pop("session_id", None)
        at = facts.pop("at", NOW - timedelta(minutes=5))
        alert = Alert(number, name, facts.pop("message", "1640ms average latency"), {**context, **facts}, session, at, "high", "P2")
        with self.platform.state.writing() as connection:
            record_alerts(connection, [alert], suppressed)
        return number

    def sync(self) -> Summary:
        return sync(slack(self.platform, self.slept.append), self.platform.settings, self.platform.state)

    def is_due(self) -> bool:
        return is_due(sync_follower(SLACK), self.platform)

    def sent_to(self, channel: str) -> list[dict[str, Any]]:
        return self.workspace.messages[channel]


@pytest.fixture
def workspace() -> Workspace:
    return Workspace()


@pytest.fixture
def url(workspace: Workspace) -> Iterator[str]:
    with serve(workspace) as url:
        yield url


def alerts_with(own: SlackSettings, workspace: Workspace, home: Path) -> Alerts:
    settings = Settings(home=home, now=NOW, base_url="https://voice.example", destination_timeout_seconds=2)  # pyright: ignore[reportCallIssue]
    return Alerts(Platform(settings, vendors=[own]), workspace)


@pytest.fixture
def alerts(workspace: Workspace, url: str, tmp_path: Path) -> Iterator[Alerts]:
    own = SlackSettings(url=f"{url}/api", bot_token=SecretStr(workspace.token), ops_channel="C0OPS", sales_channel="C0SALES")  # pyright: ignore[reportCallIssue]
    alerts = alerts_with(own, workspace, tmp_path)
    yield alerts
    alerts.platform.state.close()


def texts(message: dict[str, Any]) -> str:
    parts = [
        text["text"]
        for block in message["blocks"]
        for text in (block.get("text"), *block.get("fields", ()), *block.get("elements", ()))
        if text
    ]
    return "\n".join(parts)


def test_a_business_alert_says_what_to_do_as_its_rule_has_it(alerts: Alerts):
    alerts.enter(name="Hot Lead Detected", action="", session_id="s1")
    alerts.sync()
    [message] = alerts.sent_to("C0SALES")
    assert "Immediate follow-up call/email" in texts(message)


def test_an_alert_is_one_message_that_is_updated_in_place(alerts: Alerts):
    assert not alerts.is_due()
    number = alerts.enter()
    assert alerts.is_due()
    assert alerts.sync().failure is None
    assert not alerts.is_due()
    [message] = alerts.sent_to("C0OPS")
    for words in ("1640ms average latency", f"P2 {LATENCY}".replace(">", "&gt;"), "*N*\n12", "10 min", "Investigate", "latency"):
        assert words in texts(message)
    assert "<!here>" in texts(message)
    assert re.search(r"\*Triggered\* <!date\^\d+\^\{date_short_pretty\} \{time\}\|[-0-9 :]+ UTC>", texts(message))
    with alerts.platform.state.writing() as connection:
        acknowledge(connection, number, "Ada <ada>", NOW)
    assert alerts.is_due()
    alerts.sync()
    with alerts.platform.state.writing() as connection:
        resolve(connection, number, NOW)
    alerts.sync()
    [message] = alerts.sent_to("C0OPS")
    assert "by Ada &lt;ada&gt;" in texts(message)
    assert "*Resolved* <!date^" in texts(message)
    alerts.sync()
    assert alerts.workspace.requests == ["chat.postMessage", "chat.update", "chat.update"]


def test_what_a_caller_said_is_no_markup_and_links_lead_to_calls(alerts: Alerts, snapshot: SnapshotAssertion):
    quoted: dict[str, Any] = {"competitor": HOSTILE, "features": [[HOSTILE, 3, HOSTILE]]}
    quoted["affected_sessions"] = ["call/1", "<!here>"]
    alerts.enter(1, "Competitor Mentioned", message=HOSTILE, session_id="call/1", **quoted)
    alerts.enter(2, "Hot Lead Detected", **{f"fact {n}": "x" * 900 for n in range(600)})
    assert alerts.sync().failure is None
    first, second = alerts.sent_to("C0SALES")
    assert first == snapshot(exclude=lambda prop, path: prop == "ts")
    written = texts(first).partition("\n")[2] + first["text"]
    assert not re.search(r"<(?!https://voice\.example/calls/|!date\^)", written)
    assert "<https://voice.example/calls/call%2F1|" in written
    for message in (first, second):
        assert len(message["blocks"]) <= MOST_BLOCKS
        assert len(texts(message)) <= MOST_CHARACTERS + 200
        marked = [t for b in message["blocks"] for t in (b.get("text"), *b.get("fields", ()), *b.get("elements", ())) if t]
        assert all(text["verbatim"] for text in marked if text["type"] == "mrkdwn")
    assert "left out" in texts(second)


def test_suppressed_old_and_test_alerts_and_those_of_other_channels_are_not_sent(alerts: Alerts):
    alerts.enter(1, suppressed="silenced by Ada")
    alerts.enter(2, at=NOW - timedelta(hours=25))
    alerts.enter(4, "Content Gaps Identified")
    with alerts.platform.state.writing() as connection:
        tested = {"store_key": "one", "session_id": "one", "state": "analysed", "e_tag": "", "size_bytes": 1, "test_call": True}
        connection.execute(DOCUMENTS.insert(), [{**tested, "received_at": NOW, "discovered_at": NOW, "change_seq": 1}])
    alerts.enter(5, "Hot Lead Detected", session_id="one")
    alerts.sync()
    assert not any(alerts.workspace.messages.values())
    [total] = delivery_totals(alerts.platform.state)
    assert (total["suppressed"], total["eligible"]) == (3, 3)
    assert not alerts.is_due()


@pytest.mark.parametrize("changed", [False, True])
def test_a_kill_between_post_and_record_posts_nothing_twice(alerts: Alerts, changed: bool, monkeypatch: pytest.MonkeyPatch):
    number = alerts.enter()
    with monkeypatch.context() as patched:
        patched.setattr("orchestration.delivery.engine.record_outcomes", lambda *_: sys.exit())
        with pytest.raises(SystemExit):
            alerts.sync()
    assert len(alerts.sent_to("C0OPS")) == 1
    alerts.workspace.messages["C0OPS"] += [{"ts": f"{alerts.workspace.last_post + n:.6f}", "text": "chat"} for n in range(1, 250)]
    if changed:
        with alerts.platform.state.writing() as connection:
            resolve(connection, number, NOW)
    assert alerts.sync().failure is None
    assert alerts.workspace.requests.count("chat.postMessage") == 1
    assert alerts.workspace.requests.count("chat.update") == int(changed)
    message = alerts.sent_to("C0OPS")[0]
    assert ("*Resolved*" in texts(message)) == changed
    with alerts.platform.state.reading() as connection:
        assert connection.execute(select(DELIVERY_LOG.c.remote_id)).scalar_one() == f"C0OPS:{message['ts']}"


@pytest.mark.parametrize("fault", ["lost", "down", 503])
def test_after_a_lost_answer_the_message_is_looked_for_before_it_is_posted(alerts: Alerts, fault: Fault):
    alerts.enter()
    alerts.workspace.faults = [fault]
    assert alerts.sync().failure is not None
    assert alerts.is_due()
    assert alerts.sync().failure is None
    assert len(alerts.sent_to("C0OPS")) == 1


def test_throttling_is_waited_for_as_slack_asks(alerts: Alerts):
    alerts.enter(1)
    alerts.enter(2, "Error Rate >5%")
    alerts.workspace.faults = [(429, "7")]
    assert alerts.sync().failure is None
    assert alerts.slept == [7.0, 1.0]
    assert len(alerts.sent_to("C0OPS")) == 2


def test_a_long_throttling_ends_the_run_and_loses_nothing(alerts: Alerts):
    alerts.enter()
    alerts.workspace.faults = [(429, "3600")]
    assert "429" in str(alerts.sync().failure)
    assert alerts.slept == []
    assert alerts.sync().failure is None
    assert len(alerts.sent_to("C0OPS")) == 1


def test_a_refused_token_names_its_setting(alerts: Alerts):
    alerts.workspace.token = "xoxb-another"
    alerts.enter()
    with pytest.raises(ConfigurationFailure, match="VOICE_SLACK_BOT_TOKEN"):
        alerts.sync()


def test_a_channel_without_the_app_parks_its_alerts_and_the_others_go_on(alerts: Alerts):
    del alerts.workspace.messages["C0OPS"]
    alerts.enter(1)
    alerts.enter(2, "Hot Lead Detected")
    assert alerts.sync().failure is None
    assert len(alerts.sent_to("C0SALES")) == 1
    [total] = delivery_totals(alerts.platform.state)
    assert (total["parked"], total["sent"]) == (1, 1)


def test_webhooks_post_once_and_change_nothing(workspace: Workspace, url: str, tmp_path: Path):
    alerts = alerts_with(SlackSettings(ops_webhook=SecretStr(f"{url}/hook/ops")), workspace, tmp_path)  # pyright: ignore[reportCallIssue]
    number = alerts.enter()
    assert alerts.sync().failure is None
    with alerts.platform.state.writing() as connection:
        resolve(connection, number, NOW)
    assert alerts.sync().counts_by_kind["alert"].superseded == 1
    assert len(workspace.hooked["ops"]) == 1
    assert not alerts.is_due()
    alerts.platform.state.close()


def test_without_settings_nothing_is_due(tmp_path: Path, workspace: Workspace):
    alerts = alerts_with(SlackSettings(), workspace, tmp_path)
    alerts.enter()
    assert SLACK.missing(alerts.platform) == "VOICE_SLACK_BOT_TOKEN"
    assert not alerts.is_due()
    alerts.platform.state.close()
