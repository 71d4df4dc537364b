import os
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from contract.document.keys import session_key, start_key
from orchestration.intake.discovery import discover, hot_days
from orchestration.resources import Platform
from orchestration.state.documents import pending_keys
from orchestration.state.reconciliation import reconcile
from tests.support.documents import NOW, START, packed, session


def deliver(platform: Platform, session_id: str, start: datetime = START, **fields: object) -> str:
    key = session_key(session_id, start)
    platform.store.put(key, packed(session(session_id, start, **fields)))
    return key


def test_everything_in_the_store_becomes_pending_once(platform: Platform):
    keys = {deliver(platform, f"call_{n}", START - timedelta(days=n)) for n in range(5)}
    assert discover(platform.store, platform.state, NOW).pending == 5
    assert discover(platform.store, platform.state, NOW).pending == 0
    with platform.state.reading() as connection:
        assert {row.store_key for row in pending_keys(connection, 100)} == keys


def test_a_document_that_arrives_late_with_an_old_timestamp_is_found(platform: Platform):
    deliver(platform, "new")
    discover(platform.store, platform.state, NOW)
    late = deliver(platform, "late", START - timedelta(days=300))
    assert discover(platform.store, platform.state, NOW).pending == 1
    with platform.state.reading() as connection:
        assert late in {row.store_key for row in pending_keys(connection, 100)}


def test_a_tick_lists_hot_days_only(platform: Platform):
    deliver(platform, "today", NOW)
    deliver(platform, "old", NOW - timedelta(days=40))
    assert discover(platform.store, platform.state, NOW, hot_days(NOW)).pending == 1


def test_changed_bytes_make_a_document_pending_again(platform: Platform):
    deliver(platform, "call")
    discover(platform.store, platform.state, NOW)
    deliver(platform, "call", duration_seconds=99)
    assert discover(platform.store, platform.state, NOW).pending == 1
    assert reconcile(platform.state, NOW).received == 1


def test_start_markers_are_read_once_and_a_broken_one_still_says_that_a_call_started(platform: Platform):
    platform.store.put(start_key("call", START), b'{"session_id": "call", "start_time": "2026-11-20T15:04:05Z"}')
    platform.store.put(start_key("broken", START), b"{not json")
    assert discover(platform.store, platform.state, NOW).started == 2
    assert discover(platform.store, platform.state, NOW).started == 0
    accounts = reconcile(platform.state, NOW)
    assert (accounts.started, accounts.started_without_document) == (2, 2)


def test_what_delivery_set_aside_is_received_too(platform: Platform):
    platform.store.put("rejected/" + "a" * 64, b"no id, no date")
    assert discover(platform.store, platform.state, NOW).pending == 1
    assert discover(platform.store, platform.state, NOW).pending == 0


def test_a_sweep_of_every_day_removes_what_killed_deliveries_left_and_a_tick_does_not(platform: Platform):
    root = Path(urlsplit(platform.store.uri).path)
    left = root / (deliver(platform, "call") + "#1")
    left.write_bytes(packed(session("call")))
    os.utime(left, times=((NOW - timedelta(hours=2)).timestamp(),) * 2)
    discover(platform.store, platform.state, NOW, hot_days(NOW))
    assert left.exists()
    assert discover(platform.store, platform.state, NOW).listed == 1
    assert not left.exists()
