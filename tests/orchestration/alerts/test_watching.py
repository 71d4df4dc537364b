"""Evaluations that are recorded: one row an episode, resolved in place, silenced and late ones kept from channels."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from orchestration.alerts.rules import AlertRules
from orchestration.alerts.timeline import Sample
from orchestration.alerts.watching import timeline_of, watch
from orchestration.cli.commands import commands
from orchestration.resources import Platform
from orchestration.state.alerting import acknowledge, silence
from orchestration.state.recent_calls import WatchedCall, record_analysed_calls
from orchestration.state.tables import ALERTS
from tests.orchestration.alerts.histories import RULES, at, history
from tests.orchestration.conftest import platform_at

NOON = at(0, 12)
BACKLOG = {"queue_depth": 500}


@pytest.fixture
def platform(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Platform:
    monkeypatch.setenv("VOICE_HOME", str(tmp_path))
    monkeypatch.setenv("VOICE_NOW", NOON.isoformat())
    return platform_at(tmp_path)


def enter(platform: Platform, calls: Sequence[WatchedCall]) -> None:
    with platform.state.writing() as connection:
        record_analysed_calls(connection, calls, [], NOON)


def alerts(platform: Platform) -> list[dict[str, Any]]:
    with platform.state.reading() as connection:
        return [dict(row) for row in connection.execute(select(ALERTS).order_by(ALERTS.c.triggered_at)).mappings()]


def minutes(platform: Platform, count: int, **seen: Any) -> None:
    start = NOON - timedelta(minutes=20)
    for minute in range(0, count, 2):
        watch(platform, Sample(start + timedelta(minutes=minute), **seen), start + timedelta(minutes=minute))


def test_an_episode_is_one_row_that_is_resolved_in_place(platform: Platform):
    minutes(platform, 10, **BACKLOG)
    [alert] = alerts(platform)
    assert (alert["alert_name"], alert["severity"], alert["alert_type"]) == ("Queue Backlog >100", "P1", "critical")
    assert alert["message"] == "Analytics queue backlog: 500 messages"
    assert (alert["resolved_at"], alert["suppressed"], alert["session_id"]) == (None, None, None)
    watch(platform, Sample(NOON, queue_depth=0), NOON)
    [resolved] = alerts(platform)
    assert (resolved["id"], resolved["resolved_at"]) == (alert["id"], NOON)
    assert resolved["change_seq"] > alert["change_seq"]


def test_evaluating_twice_at_a_moment_records_nothing_twice(platform: Platform):
    minutes(platform, 10, **BACKLOG)
    minutes(platform, 10, **BACKLOG)
    assert len(alerts(platform)) == 1


def test_a_silenced_rule_is_recorded_and_kept_from_channels(platform: Platform):
    with platform.state.writing() as connection:
        silence(connection, "Queue Backlog >100", NOON + timedelta(hours=1), "Ada")
    minutes(platform, 10, **BACKLOG)
    assert [alert["suppressed"] for alert in alerts(platform)] == ["silenced by Ada"]


def test_what_is_explained_is_recorded_with_what_explains_it(platform: Platform):
    minutes(platform, 20, **BACKLOG, warehouse_lag_minutes=90)
    found = {alert["alert_name"]: alert["suppressed"] for alert in alerts(platform)}
    assert found == {"Queue Backlog >100": None, "Warehouse Stale": "explained by Queue Backlog >100"}


def test_what_was_explained_and_stays_true_reaches_the_channels_in_the_end(platform: Platform):
    minutes(platform, 20, **BACKLOG, warehouse_lag_minutes=90)
    for minute in range(0, 60, 2):
        moment = NOON + timedelta(minutes=minute)
        watch(platform, Sample(moment, queue_depth=0, warehouse_lag_minutes=90), moment)
    stale = next(alert for alert in alerts(platform) if alert["alert_name"] == "Warehouse Stale")
    assert stale["suppressed"] is None
    assert stale["triggered_at"] >= NOON


def test_the_stored_calls_give_the_same_timeline_as_a_replay(platform: Platform):
    calls = [call for call in history(45, 30) if call.known_at <= at(21, 12)]
    now = at(21, 12)
    with platform.state.writing() as connection:
        record_analysed_calls(connection, calls, [], now)
    with platform.state.reading() as connection:
        stored = timeline_of(connection, platform.reference.table(AlertRules), platform, now)
    replayed = type(stored)(stored.zone, stored.late_after, stored.budgets)
    for call in calls:
        replayed.add_call(call)
    assert stored.hours.keys() == replayed.hours.keys()
    assert all(stored.hours[hour].tokens == replayed.hours[hour].tokens for hour in replayed.hours)
    assert +stored.starts_by_hour == replayed.starts_by_hour
    assert (stored.first_start, stored.last_start) == (replayed.first_start, replayed.last_start)
    assert stored.ended_within(now, 240) == replayed.ended_within(now, 240)


def test_an_hour_with_failed_searches_gives_one_digest_however_often_it_is_looked_at(platform: Platform):
    searched = [
        WatchedCall(f"s{n}", "analysed", NOON - timedelta(minutes=n), NOON - timedelta(minutes=n + 1), None, False, "user_hangup",
                   failed_searches=("Zapier", "zapier ", "mobile app"))
        for n in range(3)
    ]  # fmt: skip
    enter(platform, searched)
    for minute in (0, 2, 4):
        watch(platform, None, NOON + timedelta(minutes=minute))
    [digest] = alerts(platform)
    assert (digest["alert_name"], digest["severity"], digest["triggered_at"]) == ("Content Gaps Identified", "P3", NOON)
    assert digest["context"]["searches"] == [["zapier ", 6], ["mobile app", 3]] or digest["context"]["searches"][0][1] == 6


def test_an_hour_without_content_posts_nothing(platform: Platform):
    watch(platform, None, NOON)
    assert alerts(platform) == []


def test_who_acknowledges_first_is_recorded_once(platform: Platform):
    minutes(platform, 10, **BACKLOG)
    [alert] = alerts(platform)
    with platform.state.writing() as connection:
        assert acknowledge(connection, alert["id"], "Ada", NOON)
        assert not acknowledge(connection, alert["id"], "Bob", NOON)
    assert alerts(platform)[0]["acknowledged_by"] == "Ada"


def test_the_command_lists_acknowledges_and_silences(platform: Platform):
    minutes(platform, 10, **BACKLOG)
    runner = CliRunner()
    listed = json.loads(runner.invoke(commands, ["alerts", "--json"]).stdout)
    assert listed["alert_name"] == "Queue Backlog >100"
    done = runner.invoke(commands, ["alerts", "ack", str(listed["id"]), "--by", "Ada"])
    assert (done.exit_code, done.stdout.strip()) == (0, "Acknowledged by Ada.")
    assert runner.invoke(commands, ["alerts", "ack", str(listed["id"]), "--by", "Bob"]).exit_code != 0
    assert "silenced until" in runner.invoke(commands, ["alerts", "silence", "Agent Down", "--for", "30m", "--by", "Ada"]).stdout
    assert runner.invoke(commands, ["alerts", "silence", "No Rule", "--by", "Ada"]).exit_code != 0
    assert RULES.named("Queue Backlog >100").name in runner.invoke(commands, ["alerts"]).stdout
