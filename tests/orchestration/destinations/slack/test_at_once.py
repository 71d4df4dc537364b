"""A business alert is in Slack while the step that recorded it runs, once, whatever is killed or runs beside it."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import insert, select

from contract.platform.settings import Settings
from orchestration.alerts.business import Alert
from orchestration.alerts.history import record_alerts
from orchestration.delivery.engine import sync
from orchestration.destinations.at_once import MOST, try_at_once
from orchestration.destinations.salesforce.settings import SalesforceSettings
from orchestration.destinations.slack.destination import slack
from orchestration.destinations.slack.settings import SlackSettings
from orchestration.destinations.slack.vendor import SLACK
from orchestration.downstream.follower import is_due
from orchestration.downstream.table import sync_follower
from orchestration.local_run import run_pending
from orchestration.resources import Platform
from orchestration.state.tables import ALERTS, DELIVERY_LOG
from tests.fakes.slack import Workspace, serve
from tests.support.documents import NOW, put, session

CRM = "https://acme.my.salesforce.com"
CHANNEL = "C0SALES"


@pytest.fixture
def workspace() -> Workspace:
    return Workspace()


@pytest.fixture
def platform(workspace: Workspace, tmp_path: Path) -> Iterator[Platform]:
    with serve(workspace) as url:
        platform = platform_of(tmp_path, url, workspace.token)
        yield platform
        platform.close()


def platform_of(home: Path, url: str, token: str) -> Platform:
    settings = Settings(home=home, now=NOW, workers=1, base_url="https://voice.example", destination_timeout_seconds=2)  # pyright: ignore[reportCallIssue]
    own = SlackSettings(url=f"{url}/api", bot_token=SecretStr(token), sales_channel=CHANNEL)  # pyright: ignore[reportCallIssue]
    return Platform(settings, vendors=[own, SalesforceSettings(url=CRM)])  # pyright: ignore[reportCallIssue]


def hot_lead(platform: Platform, number: int = 1, suppressed: str | None = None) -> int:
    context = {"lead_score": 91, "key_signals": {"team_size": 12}}
    at = NOW - timedelta(minutes=1)
    alert = Alert(number, "Hot Lead Detected", "Hot lead: score 91/100", context, f"call_{number}", at)
    with platform.state.writing() as connection:
        record_alerts(connection, [alert], suppressed)
    return number


def scheduled(platform: Platform) -> None:
    assert sync(slack(platform, lambda seconds: None), platform.settings, platform.state).failure is None


def crm_has(platform: Platform, number: int) -> None:
    """Record what the sync of Salesforce records when it has written the call."""
    item = {"destination": "salesforce", "kind": "call", "item_key": f"call_{number}", "session_id": f"call_{number}"}
    sent = {"state": "sent", "remote_id": "a0B000000000001AAA", "content": {}, "human_edited": [], "changed_at": NOW}
    with platform.state.writing() as connection:
        connection.execute(insert(DELIVERY_LOG).values(**item, **sent))


def words(message: dict[str, Any]) -> str:
    return str(message["blocks"])


def test_a_hot_lead_is_posted_at_once_and_the_schedule_posts_it_no_more(platform: Platform, workspace: Workspace):
    try_at_once(platform, [hot_lead(platform)])
    [message] = workspace.messages[CHANNEL]
    assert "91/100" in words(message)
    assert not is_due(sync_follower(SLACK), platform)
    scheduled(platform)
    assert workspace.requests == ["chat.postMessage"]


def test_the_link_to_the_crm_is_added_to_the_same_message_when_the_sync_has_it(platform: Platform, workspace: Workspace):
    try_at_once(platform, [hot_lead(platform)])
    assert CRM not in words(workspace.messages[CHANNEL][0])
    crm_has(platform, 1)
    assert is_due(sync_follower(SLACK), platform)
    scheduled(platform)
    [message] = workspace.messages[CHANNEL]
    assert f"<{CRM}/a0B000000000001AAA|" in words(message)
    assert workspace.requests == ["chat.postMessage", "chat.update"]
    assert not is_due(sync_follower(SLACK), platform)


def test_the_step_that_records_alerts_of_real_calls_sends_them(platform: Platform, workspace: Workspace):
    put(platform, session("warm", NOW - timedelta(minutes=5)))
    run_pending(platform)
    with platform.state.reading() as connection:
        recorded = connection.execute(select(ALERTS.c.id)).scalars().all()
    assert len(workspace.messages[CHANNEL]) == len(recorded) > 0
    assert workspace.requests.count("chat.postMessage") == len(recorded)
    assert "conversations.history" not in workspace.requests


def test_only_so_many_are_tried_and_the_rest_is_left_to_the_schedule(platform: Platform, workspace: Workspace):
    try_at_once(platform, [hot_lead(platform, number) for number in range(1, 6)], seconds=30)
    assert len(workspace.messages[CHANNEL]) == MOST
    scheduled(platform)
    assert len(workspace.messages[CHANNEL]) == 5


def test_what_is_suppressed_is_not_sent_and_starts_no_run(platform: Platform, workspace: Workspace):
    try_at_once(platform, [hot_lead(platform, suppressed="silenced by Ada")])
    assert workspace.requests == []
    assert not is_due(sync_follower(SLACK), platform)


@contextmanager
def answers_late(workspace: Workspace) -> Iterator[None]:
    """Hold every answer of the fake until this ends: its requests wait for the lock of the workspace."""
    with workspace.lock:
        yield


def test_a_channel_that_does_not_answer_does_not_hold_the_step_up(platform: Platform, workspace: Workspace):
    with answers_late(workspace):
        try_at_once(platform, [hot_lead(platform)], seconds=1.0)
        assert workspace.messages[CHANNEL] == [], "the step went on without an answer"
    scheduled(platform)
    assert len(workspace.messages[CHANNEL]) == 1


@pytest.mark.parametrize("fault", ["lost", "down", 503, (429, "20"), "channel_not_found"])
def test_a_failure_ends_no_step_and_the_schedule_sends_what_was_not_sent(platform: Platform, workspace: Workspace, fault: Any):
    workspace.faults = [fault]
    try_at_once(platform, [hot_lead(platform)])
    if fault != "channel_not_found":  # which parks it, with what to do
        scheduled(platform)
        assert len(workspace.messages[CHANNEL]) == 1


def test_the_schedule_beside_it_posts_nothing_twice(platform: Platform, workspace: Workspace):
    number = hot_lead(platform)
    beside = [Thread(target=scheduled, args=(platform,)) for _ in range(2)]
    for thread in beside:
        thread.start()
    try_at_once(platform, [number], seconds=30)
    for thread in beside:
        thread.join()
    scheduled(platform)
    assert len(workspace.messages[CHANNEL]) == 1
    assert workspace.requests.count("chat.postMessage") == 1


def try_in_another_process(home: Path, url: str, token: str) -> None:
    platform = platform_of(home, url, token)
    from orchestration.delivery import engine

    engine.record_outcomes = lambda *_: os.kill(os.getpid(), signal.SIGKILL)  # pyright: ignore[reportAttributeAccessIssue]
    try_at_once(platform, [1], seconds=60)


def test_a_kill_between_post_and_record_posts_nothing_twice(workspace: Workspace, tmp_path: Path):
    with serve(workspace) as url:
        platform = platform_of(tmp_path, url, workspace.token)
        hot_lead(platform)
        platform.close()
        process = multiprocessing.get_context("spawn").Process(target=try_in_another_process, args=(tmp_path, url, workspace.token))
        process.start()
        process.join()
        assert process.exitcode == -signal.SIGKILL
        assert len(workspace.messages[CHANNEL]) == 1
        try_at_once(platform, [1], seconds=30)
        scheduled(platform)
        assert workspace.requests.count("chat.postMessage") == 1
        platform.close()
