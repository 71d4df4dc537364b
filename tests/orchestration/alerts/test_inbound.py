"""Who takes an alert at Slack or PagerDuty has acknowledged it: once, by the first, and whatever is killed in between."""

from __future__ import annotations

import json
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from orchestration.alerts.inbound import act_on_events
from orchestration.resources import Platform
from orchestration.state.database import StateDatabase
from orchestration.state.inbound_events import InboundEvent, record_event
from orchestration.state.tables import INBOUND_EVENTS
from tests.support.alert_channels import AlertHome, alert_home
from tests.support.documents import NOW
from tests.support.forked import FORKED

USER = {"type": "user_reference", "summary": "Dana Ortiz", "id": "PLH1HKV"}


@pytest.fixture
def home(tmp_path: Path) -> Any:
    with alert_home(tmp_path, buttons=True) as made:
        yield made


def of_pagerduty(
    number: int | str, kind: str = "incident.acknowledged", agent: dict[str, Any] | None = USER, key: str = "one"
) -> InboundEvent:
    data = {"id": "PGR0VU2", "type": "incident", "incident_key": f"voice-alert-{number}", "title": "Error Rate >10%"}
    event = {"id": key, "event_type": kind, "resource_type": "incident", "agent": agent, "data": data}
    return InboundEvent("pagerduty", key, kind, json.dumps({"event": event}), NOW)


def of_slack(value: str, key: str = "two", action_id: str = "acknowledge") -> InboundEvent:
    payload = {
        "type": "block_actions",
        "user": {"id": "U2CERLKJA", "username": "roadrunner"},
        "actions": [{"type": "button", "action_id": action_id, "value": value}],
    }
    return InboundEvent("slack", key, "block_actions", urlencode({"payload": json.dumps(payload)}), NOW)


def act(home: AlertHome, *events: InboundEvent) -> list[str]:
    for event in events:
        record_event(home.platform.state, event)
    act_on_events(home.platform.state, NOW)
    with home.platform.state.reading() as connection:
        rows = connection.execute(select(INBOUND_EVENTS).order_by(INBOUND_EVENTS.c.received_at, INBOUND_EVENTS.c.event_key)).all()
    assert all(row.handled_at == NOW for row in rows)
    return [row.outcome for row in rows]


@pytest.mark.parametrize("kind", ["incident.acknowledged", "incident.resolved"])
def test_who_takes_an_incident_at_pagerduty_acknowledges_it_everywhere(home: AlertHome, kind: str):
    home.enter()
    home.sync("pagerduty")
    assert act(home, of_pagerduty(1, kind)) == ["alert 1 is acknowledged"]
    assert (home.alert()["acknowledged_by"], home.alert()["acknowledged_at"]) == ("Dana Ortiz (PagerDuty)", NOW)
    home.sync("pagerduty")
    assert home.service.requests == ["trigger", "acknowledge"]


def test_the_button_of_a_message_acknowledges_and_goes(home: AlertHome):
    home.enter(7, "Latency >1500ms Sustained")
    home.sync("slack")
    [message] = home.workspace.messages["C0OPS"]
    [button] = [element for block in message["blocks"] if block["type"] == "actions" for element in block["elements"]]
    assert act(home, of_slack(button["value"], action_id=button["action_id"])) == ["alert 7 is acknowledged"]
    home.sync("slack")
    [message] = home.workspace.messages["C0OPS"]
    assert "actions" not in [block["type"] for block in message["blocks"]]
    assert "by roadrunner (Slack)" in str(message["blocks"])


def test_the_first_acknowledges_and_a_repeated_event_changes_nothing(home: AlertHome):
    home.enter()
    events = [of_pagerduty(1), of_slack("1"), of_pagerduty(1, key="three"), of_pagerduty(1)]
    outcomes = act(home, *events)
    assert sorted(outcomes) == ["alert 1 is acknowledged", *["alert 1 was acknowledged before"] * 2]
    assert home.alert()["acknowledged_by"] == "Dana Ortiz (PagerDuty)"


@pytest.mark.parametrize(
    "event",
    [
        of_pagerduty(1, agent={**USER, "type": "service_reference"}),
        of_pagerduty(1, agent=None),
        of_pagerduty(1, "incident.annotated"),
        of_pagerduty("1x"),
        of_pagerduty(2),
        of_pagerduty(9**30),
        of_slack("2"),
        of_slack("1", action_id="another"),
        of_slack("one"),
        InboundEvent("slack", "a", "block_actions", "payload=%7B", NOW),
        InboundEvent("slack", "b", "event_callback", "{}", NOW),
        InboundEvent("pagerduty", "c", "incident.acknowledged", "[]", NOW),
    ],
)
def test_what_says_nothing_of_a_known_alert_acknowledges_none(event: InboundEvent, home: AlertHome):
    home.enter()
    [outcome] = act(home, event)
    assert home.alert()["acknowledged_at"] is None
    assert "Dana" not in outcome


def test_what_our_own_resolution_brings_about_acknowledges_nothing(home: AlertHome):
    home.enter()
    home.resolve()
    assert act(home, of_pagerduty(1, "incident.resolved")) == ["alert 1 had resolved"]
    assert home.alert()["acknowledged_by"] is None


def test_two_processes_handle_each_event_once(home: AlertHome):
    for number in range(1, 9):
        home.enter(number)
        record_event(home.platform.state, of_slack(str(number), key=str(number)))
    with ThreadPoolExecutor(2) as pool:
        handled = list(pool.map(lambda _: act_on_events(home.platform.state, NOW), range(2)))
    assert sum(handled) == 8
    seqs = [home.alert(number)["change_seq"] for number in range(1, 9)]
    assert len(set(seqs)) == 8


def _act_and_die(location: Any, after: int) -> None:
    state = StateDatabase(location)
    from orchestration.alerts import inbound

    real, calls = inbound.mark_handled, iter(range(after, -1, -1))

    def killed(*arguments: Any) -> None:
        real(*arguments)
        if not next(calls):
            os.kill(os.getpid(), signal.SIGKILL)

    inbound.mark_handled = killed
    act_on_events(state, NOW + timedelta(minutes=1))


def test_a_kill_between_acting_and_marking_repeats_the_event_alone(home: AlertHome):
    for number in (1, 2):
        home.enter(number)
        record_event(home.platform.state, of_slack(str(number), key=str(number)))
    process = FORKED.Process(target=_act_and_die, args=(home.platform.settings.state, 1))
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    assert [home.alert(number)["acknowledged_at"] for number in (1, 2)] == [NOW, None]
    assert act_on_events(home.platform.state, NOW) == 1
    assert home.alert(2)["acknowledged_at"] == NOW


def test_the_evaluation_of_the_rules_acts_on_what_waits(home: AlertHome, monkeypatch: pytest.MonkeyPatch):
    import dagster as dg

    from orchestration.defs.alerting import alert_schedule

    home.enter()
    record_event(home.platform.state, of_pagerduty(1))
    with dg.build_schedule_context(scheduled_execution_time=NOW + timedelta(minutes=2)) as context:
        alert_schedule(Platform(home.platform.settings)).evaluate_tick(context)
    assert home.alert()["acknowledged_by"] == "Dana Ortiz (PagerDuty)"
