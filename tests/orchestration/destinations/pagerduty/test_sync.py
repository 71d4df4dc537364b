"""Pages: one PagerDuty alert for each episode, never opened again once it is over, and nothing personal in it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert
from syrupy.assertion import SnapshotAssertion

from contract.platform.failures import ConfigurationFailure
from orchestration.delivery.failures import CircuitOpen
from orchestration.delivery.log import delivery_totals, reopen
from orchestration.destinations.pagerduty.vendor import PAGERDUTY
from orchestration.destinations.pagerduty.versions import VersionChange, version_changes
from orchestration.doctor import check_up
from orchestration.state.tables import STARTS
from tests.fakes.pagerduty import Fault
from tests.support.alert_channels import HOSTILE, AlertHome, alert_home
from tests.support.documents import NOW


@pytest.fixture
def home(tmp_path: Path) -> Iterator[AlertHome]:
    with alert_home(tmp_path, without=["slack"]) as made:
        yield made


def pages(home: AlertHome) -> list[tuple[str, list[str]]]:
    return [(incident.status, incident.log) for incident in home.service.incidents]


def test_an_episode_is_triggered_acknowledged_and_resolved_under_one_key(home: AlertHome):
    assert not home.is_due("pagerduty")
    home.enter()
    assert home.is_due("pagerduty")
    assert home.sync("pagerduty").failure is None
    assert not home.is_due("pagerduty")
    home.acknowledge()
    home.sync("pagerduty")
    home.resolve()
    home.sync("pagerduty")
    home.sync("pagerduty")
    assert pages(home) == [("resolved", ["trigger", "acknowledge", "resolve"])]
    assert home.service.requests == ["trigger", "acknowledge", "resolve"]
    assert (home.alert()["sent_to"], home.logged("pagerduty")["remote_id"]) == ("pagerduty", "voice-alert-1")


def test_what_is_sent_are_counts_and_links(home: AlertHome, snapshot: SnapshotAssertion):
    said = {"errors": [[HOSTILE, 3]], "subject": HOSTILE, "affected_sessions": ["call/1", "two"], "reasons": HOSTILE, "of": HOSTILE}
    home.enter(1, **said, worker="healthy", active_calls=0)
    home.sync("pagerduty")
    [incident] = home.service.incidents
    assert incident.body == snapshot
    assert "evil" not in json.dumps(incident.body)


@pytest.mark.parametrize("how", ["acknowledge", "resolve"])
def test_what_is_over_before_it_could_be_posted_triggers_nothing(home: AlertHome, how: str):
    home.enter()
    getattr(home, how)()
    home.sync("pagerduty")
    assert home.service.requests == []
    assert home.logged("pagerduty")["state"] == "suppressed"


def test_a_resolved_alert_is_never_triggered_again_whatever_became_of_the_trigger(home: AlertHome, monkeypatch: pytest.MonkeyPatch):
    home.enter()
    with monkeypatch.context() as patched:
        patched.setattr("orchestration.delivery.engine.record_outcomes", lambda *_: sys.exit())
        with pytest.raises(SystemExit):
            home.sync("pagerduty")
    home.resolve()
    home.service.faults = ["lost", "lost", "lost", "lost"]
    assert home.sync("pagerduty").failure
    assert home.sync("pagerduty").failure is None
    assert home.service.requests.count("trigger") == 1
    assert pages(home) == [("resolved", ["trigger", "resolve"])]
    assert {action for action, _ in home.service.dropped} == {"resolve"}


@pytest.mark.parametrize("fault", ["lost", "down", 503])
def test_a_trigger_whose_answer_was_lost_goes_again_and_opens_nothing_twice(home: AlertHome, fault: Fault):
    home.enter()
    home.service.faults = [fault] * 5
    assert home.sync("pagerduty").failure
    assert home.sync("pagerduty").failure is None
    assert [status for status, _ in pages(home)] == ["triggered"]
    assert home.slept[:3] == pytest.approx([1, 2, 4], abs=0.5)


def test_throttling_is_left_alone_for_minutes_each_time_longer(home: AlertHome):
    home.enter()
    home.service.faults = [429, 429]
    assert "429" in str(home.sync("pagerduty").failure)
    assert home.slept == []
    for minutes in (2, 4):
        home.later(minutes=minutes, seconds=-1)
        assert not home.is_due("pagerduty")
        home.later(seconds=1)
        assert home.is_due("pagerduty")
        home.sync("pagerduty")
    assert home.service.requests == ["trigger"]
    assert [status for status, _ in pages(home)] == ["triggered"]


def test_an_open_circuit_does_not_keep_a_page(home: AlertHome):
    for number in range(5):
        home.enter(number + 1)
        home.service.faults = ["down"] * 4
        assert home.sync("pagerduty").failure
    with home.platform.state.writing() as connection:
        connection.exec_driver_sql("update alerts set severity = 'P2' where id > 1")
    assert home.sync("pagerduty").failure is None
    assert len(pages(home)) == 1
    assert home.sync("pagerduty").failure is None
    assert len(pages(home)) == 5


def test_a_circuit_keeps_what_is_not_urgent(home: AlertHome):
    for number in range(5):
        home.enter(number + 1)
        home.service.faults = ["down"] * 4
        home.sync("pagerduty")
    with home.platform.state.writing() as connection:
        connection.exec_driver_sql("update alerts set severity = 'P2'")
    with pytest.raises(CircuitOpen):
        home.sync("pagerduty")
    assert pages(home) == []


def test_a_channel_is_tried_for_four_hours(home: AlertHome):
    home.enter()
    home.service.faults = ["down"] * 4
    home.sync("pagerduty")
    home.later(hours=4)
    assert home.sync("pagerduty").failure is None
    assert (home.logged("pagerduty")["state"], pages(home)) == ("parked", [])
    assert not home.is_due("pagerduty")
    assert reopen(home.platform.state, "pagerduty") == 1
    assert home.sync("pagerduty").failure is None
    assert len(pages(home)) == 1


def test_a_refused_key_names_its_setting_and_counts_as_a_failure(home: AlertHome):
    home.service.key = "0" * 32
    home.enter()
    with pytest.raises(ConfigurationFailure, match="VOICE_PAGERDUTY_ROUTING_KEY"):
        home.sync("pagerduty")
    assert (home.logged("pagerduty")["code"], home.logged("pagerduty")["failures"]) == ("configuration", 1)
    home.service.key = home.service.__class__.key
    assert home.sync("pagerduty").failure is None
    assert len(pages(home)) == 1


def test_a_refused_event_is_parked_and_the_others_go_on(home: AlertHome):
    home.enter(1)
    home.enter(2)
    home.service.faults = [400]
    assert home.sync("pagerduty").failure is None
    [total] = delivery_totals(home.platform.state)
    assert (total["parked"], total["sent"]) == (1, 1)


def test_alerts_of_other_channels_suppressed_and_late_ones_page_nobody(home: AlertHome):
    home.enter(1, "Latency >1500ms Sustained")
    home.enter(2, suppressed="silenced by Ada")
    home.enter(3, at=NOW - timedelta(hours=25))
    home.sync("pagerduty")
    assert home.service.requests == []
    [total] = delivery_totals(home.platform.state)
    assert (total["suppressed"], total["eligible"]) == (2, 2)


def test_a_new_version_of_the_agent_is_told_once_as_a_change(home: AlertHome):
    began = {"1.4.0": 300, "1.4.1": 100, "1.4.1 too": 20}
    rows = [
        {"store_key": f"starts/{n}", "session_id": f"{n}", "started_at": NOW - timedelta(minutes=ago), "agent_version": version[:5]}
        for n, (version, ago) in enumerate(began.items())
    ]
    with home.platform.state.writing() as connection:
        connection.execute(insert(STARTS), rows[:1])
    assert not home.is_due("pagerduty")
    with home.platform.state.writing() as connection:
        connection.execute(insert(STARTS), rows[1:])
    assert home.is_due("pagerduty")
    home.sync("pagerduty")
    earlier = {**rows[1], "store_key": "late", "session_id": "late", "started_at": NOW - timedelta(minutes=110)}
    with home.platform.state.writing() as connection:
        connection.execute(insert(STARTS), [earlier])
    assert not home.is_due("pagerduty")
    [change] = home.service.changes
    assert change["summary"] == "Calls began to run on agent version 1.4.1"
    assert change["custom_details"] == {"agent_version": "1.4.1"}


def test_a_return_to_the_version_before_is_a_change_and_taking_turns_is_none():
    def changes(*minutes_and_versions: tuple[int, str]) -> list[VersionChange]:
        return list(version_changes((NOW + timedelta(minutes=at), version) for at, version in minutes_and_versions))

    assert changes((0, "a"), (10, "a")) == []
    assert [one.version for one in changes((0, "a"), (10, "b"), (20, "a"), (30, "b"))] == ["b"]
    assert [one.version for one in changes((0, "a"), (10, "b"), (90, "b"), (95, "a"))] == ["b", "a"]
    assert [one.version for one in changes((0, "a"), (10, "b"), (600, "b"))] == ["b"]
    change = VersionChange("1.0 beta", NOW)
    assert VersionChange.read(change.key) == change


def test_the_doctor_asks_without_opening_anything(home: AlertHome):
    [found] = [one for one in check_up(home.platform) if one.subject == "pagerduty"]
    assert found.ok
    assert home.service.incidents == []


def test_without_a_key_nothing_is_due(tmp_path: Path):
    with alert_home(tmp_path, without=["slack", "pagerduty"]) as home:
        home.enter()
        assert PAGERDUTY.missing(home.platform) == "VOICE_PAGERDUTY_ROUTING_KEY"
