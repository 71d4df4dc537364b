"""Rules are evaluated in the tick of a schedule: what it sees of the platform, what it records, and that it starts no run."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import dagster as dg
from sqlalchemy import select

from contract.document.keys import checkpoint_key
from orchestration.alerts.seen import seen_now
from orchestration.defs.alerting import alert_schedule
from orchestration.delivery.circuit import StoredCircuit
from orchestration.intake.discovery import discover
from orchestration.resources import Platform
from orchestration.state.tables import ALERTS, DELIVERY_LOG
from tests.orchestration.conftest import platform_at
from tests.support.documents import NOW, packed, put, session


def tick(platform: Platform, minute: int) -> str:
    moment = NOW.replace(minute=minute)
    with dg.instance_for_test() as instance, dg.build_schedule_context(instance, scheduled_execution_time=moment) as context:
        data = alert_schedule(platform).evaluate_tick(context)
    assert not data.run_requests
    return data.skip_message or ""


def backlog(platform: Platform, count: int, days_ago: int) -> None:
    for number in range(count):
        put(platform, session(f"d{days_ago}_{number}", NOW - timedelta(days=days_ago, minutes=number + 1)))
    discover(platform.store, platform.state, NOW)


def test_recent_documents_that_wait_are_a_backlog_and_an_import_is_none(tmp_path: Path):
    platform = platform_at(tmp_path)
    backlog(platform, 3, 0)
    backlog(platform, 5, 9)
    seen = seen_now(platform, NOW)
    assert seen.queue_depth == 3
    assert seen.queue_age_seconds is not None


def test_circuits_syncs_and_calls_under_way_are_seen(tmp_path: Path):
    platform = platform_at(tmp_path)
    StoredCircuit(platform.state, "salesforce", lambda: NOW).pause()
    failed = {"destination": "amplitude", "kind": "event", "item_key": "1", "state": "pending", "content": {}, "human_edited": []}
    with platform.state.writing() as connection:
        connection.execute(DELIVERY_LOG.insert().values(**failed, first_failed_at=NOW - timedelta(minutes=90), changed_at=NOW))
    running = session("live", NOW - timedelta(minutes=2), heartbeat=(NOW - timedelta(seconds=20)).isoformat(), complete=False)
    platform.store.put(checkpoint_key("live"), packed(running))
    seen = seen_now(platform, NOW)
    assert (seen.circuits, seen.failing_syncs, seen.active_calls) == (frozenset({"Salesforce"}), {"Amplitude": 90.0}, 1)


def test_a_tick_records_what_changed_and_operations_rules_wait_for_a_fifth_minute(tmp_path: Path):
    platform = platform_at(tmp_path)
    failed = {"destination": "amplitude", "kind": "event", "item_key": "1", "state": "pending", "content": {}, "human_edited": []}
    with platform.state.writing() as connection:
        connection.execute(DELIVERY_LOG.insert().values(**failed, first_failed_at=NOW - timedelta(minutes=90), changed_at=NOW))
    assert tick(platform, 2) == "Nothing changed."
    assert tick(platform, 5) == "Recorded: 1 fired."
    assert tick(platform, 10) == "Nothing changed."
    with platform.state.reading() as connection:
        [alert] = connection.execute(select(ALERTS)).mappings()
    assert alert["message"] == "Sync to Amplitude failing for 90 min"
