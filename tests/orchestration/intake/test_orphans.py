"""Calls that were lost with their machine become documents once, and calls that go on are left alone."""

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from contract.document.delivery import DeliveryOutcome, deliver
from contract.document.keys import checkpoint_key, session_key
from contract.platform.store import Store, StoredObject
from orchestration.intake.orphans import Orphans, live_calls, promote_orphans
from orchestration.local_run import run_pending
from orchestration.resources import Platform
from orchestration.state.reconciliation import reconcile
from tests.support.documents import NOW, START, packed, session

LOST = timedelta(seconds=90)
PROMOTION = f"""
import sys
from datetime import datetime, timedelta
from contract.platform.store import Store
from orchestration.intake.orphans import promote_orphans
print("go", flush=True)
promote_orphans(Store(sys.argv[1]), datetime.fromisoformat("{NOW.isoformat()}"), timedelta(seconds={LOST.total_seconds()}))
"""
"""A process of its own, which says when its work begins."""
KEY = session_key("call_1", START)


def beat(store: Store, seconds_ago: float, session_id: str = "call_1", **fields: Any) -> None:
    heartbeat = (NOW - timedelta(seconds=seconds_ago)).isoformat()
    document = session(session_id, START, complete=False, disconnect_reason="unknown", heartbeat=heartbeat, **fields)
    store.put(checkpoint_key(session_id), packed(document))


def keys(store: Store, prefix: str) -> list[str]:
    return sorted(found.key for found in store.list(prefix))


def stored(store: Store, key: str = KEY) -> dict[str, Any]:
    return json.loads(gzip.decompress(store.get(key)))


def test_a_stopped_heartbeat_becomes_an_incomplete_document_and_its_checkpoint_goes(store: Store):
    beat(store, 91)
    assert promote_orphans(store, NOW, LOST) == Orphans(promoted=1)
    assert stored(store) == session("call_1", START, complete=False, disconnect_reason="unknown")
    assert (keys(store, "checkpoints"), keys(store, "rejected")) == ([], [])
    assert promote_orphans(store, NOW, LOST) == Orphans()


@pytest.mark.parametrize("seconds_ago", [0, 89, -3600])
def test_a_fresh_heartbeat_and_one_ahead_of_the_clock_are_alive(store: Store, seconds_ago: float):
    beat(store, seconds_ago)
    assert promote_orphans(store, NOW, LOST) == Orphans(live=1)
    assert live_calls(store, NOW, LOST) == 1
    assert (keys(store, "checkpoints"), keys(store, "sessions")) == ([checkpoint_key("call_1")], [])


def test_the_final_document_stays_and_a_forgotten_checkpoint_goes(store: Store):
    deliver(store, packed(session("call_1", START)), now=NOW)
    beat(store, 91)
    assert promote_orphans(store, NOW, LOST) == Orphans(removed=1)
    assert stored(store) == session("call_1", START)
    assert (keys(store, "checkpoints"), keys(store, "rejected")) == ([], [])


def test_the_final_document_that_comes_later_replaces_the_promoted_one(store: Store):
    beat(store, 91)
    promote_orphans(store, NOW, LOST)
    assert deliver(store, packed(session("call_1", START)), now=NOW).outcome is DeliveryOutcome.REPLACED


def test_another_calls_document_under_the_same_id_costs_neither_call(store: Store):
    deliver(store, packed(session("call_1", START - timedelta(minutes=1))), now=NOW)
    beat(store, 91)
    assert promote_orphans(store, NOW, LOST) == Orphans(promoted=1)
    renamed = f"call_1_{int(START.timestamp() * 1000)}"
    assert stored(store, session_key(renamed, START))["session_id"] == renamed
    assert len(keys(store, "sessions")) == 2


def test_a_refused_call_is_promoted_without_words(store: Store):
    beat(store, 91, consent={"obtained": False})
    promote_orphans(store, NOW, LOST)
    assert stored(store)["transcript"] == []


@pytest.mark.parametrize("body", [b"\x1f\x8bcut", b"{not json", b"", b"[]", gzip.compress(b'{"heartbeat": "x"}', mtime=0)])
def test_a_broken_checkpoint_is_set_aside_when_it_is_old_and_left_alone_before(store: Store, body: bytes):
    store.put(checkpoint_key("call_1"), body)
    written = store.head(checkpoint_key("call_1")).last_modified
    assert promote_orphans(store, written + timedelta(seconds=89), LOST) == Orphans()
    assert promote_orphans(store, written + timedelta(seconds=91), LOST) == Orphans(broken=1)
    assert (keys(store, "checkpoints"), keys(store, "sessions")) == ([], [])
    assert [store.get(key) for key in keys(store, "rejected")] == [body]


class CallThatGoesOn(Store):
    """The store, on which the call writes its next checkpoint between a reader's look and its removal."""

    def get_described(self, key: str) -> tuple[StoredObject, bytes]:
        found = super().get_described(key)
        if key.startswith("checkpoints/"):
            beat(self, 0, user_name="Later")
        return found


def test_a_checkpoint_written_meanwhile_is_not_removed(store: Store):
    beat(store, 91)
    assert promote_orphans(CallThatGoesOn(store.uri), NOW, LOST) == Orphans()
    assert stored(store, checkpoint_key("call_1"))["user_name"] == "Later"


def test_many_at_once_promote_each_call_once(store: Store):
    for number in range(12):
        beat(store, 91, f"call_{number}")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: promote_orphans(store, NOW, LOST), range(4)))
    assert keys(store, "sessions") == sorted(session_key(f"call_{n}", START) for n in range(12))
    assert (keys(store, "checkpoints"), keys(store, "rejected")) == ([], [])


def test_a_promotion_killed_anywhere_is_finished_by_the_next(tmp_path: Any):
    store = Store((tmp_path / "store").as_uri())
    for number in range(200):
        beat(store, 91, f"call_{number}")
    for moment in (0.0, 0.02, 0.05):
        child = subprocess.Popen([sys.executable, "-c", PROMOTION, store.uri], stdout=subprocess.PIPE)
        assert child.stdout
        child.stdout.readline()
        time.sleep(moment)
        os.kill(child.pid, signal.SIGKILL)
        child.communicate()
    promote_orphans(store, NOW, LOST)
    assert len(keys(store, "sessions")) == 200
    assert (keys(store, "checkpoints"), keys(store, "rejected")) == ([], [])


def test_a_run_takes_lost_calls_with_it(platform: Platform):
    beat(platform.store, 91)
    run_pending(platform)
    accounts = reconcile(platform.state, NOW)
    assert (accounts.received, accounts.analysed, keys(platform.store, "checkpoints")) == (1, 1, [])
