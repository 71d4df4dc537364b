"""Delivery: each document to the key it names, once, and never over a better one."""

from __future__ import annotations

import gzip
import json
import threading
from hashlib import sha256
from typing import Any

import pytest

from contract.document.delivery import DeliveryOutcome, deliver
from contract.platform.store import Store, StoredObject
from contract.reading import document_hash, read_document
from contract.rejections import RejectionReason
from tests.contract.samples import CALLS, NOW, as_bytes, legacy, raw

KEY = "sessions/year=2026/month=11/day=20/call_1.json.gz"
MARKER = "starts/year=2026/month=11/day=20/call_1.json"


def document(**fields: Any) -> dict[str, Any]:
    known = {
        "schema_version": 1,
        "session_id": "call_1",
        "start_time": "2026-11-20T15:04:05Z",
        "participant_id": "PA_1",
        "agent_version": "7",
    }
    return {**known, **fields}


def give(store: Store, **fields: Any) -> DeliveryOutcome:
    return deliver(store, as_bytes(document(**fields)), now=NOW).outcome


def stored(store: Store) -> dict[str, Any]:
    return json.loads(gzip.decompress(store.get(KEY)))


def contents(store: Store) -> dict[str, bytes]:
    return {found.key: store.get(found.key) for found in store.list("") if not found.key.startswith(".")}


def test_a_document_and_its_start_marker_are_stored(store: Store) -> None:
    delivery = deliver(store, as_bytes(document()), now=NOW)
    assert (delivery.outcome, delivery.key, delivery.session_id) == (DeliveryOutcome.STORED, KEY, "call_1")
    assert stored(store) == document()
    marker = {
        "session_id": "call_1",
        "start_time": "2026-11-20T15:04:05Z",
        "agent_version": "7",
        "participant_id": "PA_1",
        "room": "call_1",
    }
    assert json.loads(store.get(MARKER)) == marker


def test_gzip_is_stored_byte_for_byte(store: Store) -> None:
    body = gzip.compress(as_bytes(document()), 1)
    deliver(store, body, now=NOW)
    assert store.get(KEY) == body


@pytest.mark.parametrize(
    "again", [as_bytes(document()), gzip.compress(as_bytes(document()), 9), as_bytes(dict(reversed(document().items())))]
)
def test_the_same_content_again_changes_nothing(store: Store, again: bytes) -> None:
    give(store)
    before = contents(store)
    assert deliver(store, again, now=NOW).outcome is DeliveryOutcome.UNCHANGED
    assert contents(store) == before


def test_a_higher_revision_replaces_and_a_lower_one_does_not(store: Store) -> None:
    assert give(store, revision=2, user_name="B") is DeliveryOutcome.STORED
    assert give(store, revision=1, user_name="A") is DeliveryOutcome.SUPERSEDED
    assert give(store, revision=3, user_name="C", participant_id="PA_2") is DeliveryOutcome.REPLACED
    assert stored(store)["user_name"] == "C"
    assert not list(store.list("rejected"))


def test_a_complete_document_replaces_an_incomplete_one_and_not_the_reverse(store: Store) -> None:
    assert give(store, complete=False) is DeliveryOutcome.STORED
    assert give(store, duration_seconds=60) is DeliveryOutcome.REPLACED
    assert give(store, complete=False) is DeliveryOutcome.SUPERSEDED
    assert stored(store)["duration_seconds"] == 60


@pytest.mark.parametrize(
    "other",
    [
        {"user_name": "A"},
        {"participant_id": "PA_2"},
        {"participant_id": "PA_2", "complete": False},
        {"start_time": "2026-11-20T16:00:00Z"},
    ],
)
def test_another_document_under_a_taken_id_is_set_aside_as_a_collision(store: Store, other: dict[str, Any]) -> None:
    give(store)
    before = stored(store)
    body = gzip.compress(as_bytes(document(**other)))
    delivery = deliver(store, body, now=NOW)
    assert (delivery.outcome, delivery.reason) == (DeliveryOutcome.COLLISION, RejectionReason.COLLISION)
    assert delivery.key == f"rejected/{sha256(body).hexdigest()}"
    assert store.get(delivery.key or "") == body
    assert stored(store) == before


def test_what_cannot_be_keyed_is_set_aside_byte_for_byte(store: Store) -> None:
    body = b"\x1f\x8bnot really gzip"
    delivery = deliver(store, body, now=NOW)
    assert (delivery.outcome, delivery.reason) == (DeliveryOutcome.UNKEYABLE, RejectionReason.BAD_GZIP)
    assert contents(store) == {f"rejected/{sha256(body).hexdigest()}": body}


def test_a_wrong_document_is_stored_at_its_key_and_yields_to_a_corrected_one(store: Store) -> None:
    assert give(store, duration_seconds="long") is DeliveryOutcome.STORED
    wrong = store.get(KEY)
    assert give(store, duration_seconds=60) is DeliveryOutcome.REPLACED
    assert stored(store)["duration_seconds"] == 60
    assert store.get(f"rejected/{sha256(wrong).hexdigest()}") == wrong


def test_a_wrong_document_never_replaces_a_good_one(store: Store) -> None:
    give(store, duration_seconds=60)
    delivery = deliver(store, as_bytes(document(duration_seconds="long", revision=2)), now=NOW)
    assert (delivery.outcome, delivery.reason) == (DeliveryOutcome.REJECTED, RejectionReason.WRONG_TYPES)
    assert stored(store)["duration_seconds"] == 60
    assert delivery.key is not None
    assert json.loads(gzip.decompress(store.get(delivery.key)))["duration_seconds"] == "long"


def test_a_document_cut_while_it_was_uploaded_is_replaced_by_the_whole_one(store: Store) -> None:
    whole = gzip.compress(as_bytes(document()))
    store.put(KEY, whole[:30])
    assert deliver(store, whole, now=NOW).outcome is DeliveryOutcome.REPLACED
    assert store.get(KEY) == whole
    assert store.get(f"rejected/{sha256(whole[:30]).hexdigest()}") == whole[:30]


def test_an_older_document_stays_as_it_was_written(store: Store) -> None:
    path = legacy("391735")
    delivery = deliver(store, path.read_bytes(), now=NOW)
    assert delivery.key == f"sessions/year=2026/month=10/day=08/{path.stem}.json.gz"
    assert gzip.decompress(store.get(delivery.key or "")) == path.read_bytes()


@pytest.mark.parametrize(
    "body", [legacy("511000").read_bytes(), as_bytes(raw(CALLS[0]) | {"consent": {"obtained": False}, "notes": "Nine reminders"})]
)
def test_refused_words_are_not_even_stored(store: Store, body: bytes) -> None:
    delivery = deliver(store, body, now=NOW)
    assert delivery.key is not None
    kept = store.get(delivery.key)
    assert document_hash(read_document(kept, now=NOW)) == document_hash(read_document(body, now=NOW))
    assert json.loads(gzip.decompress(kept))["transcript"] == []
    for word in (b"Nine reminders", b"lost the connection", b"PandaDoc trial"):
        assert word not in gzip.decompress(kept)
    assert deliver(store, body, now=NOW).outcome is DeliveryOutcome.UNCHANGED


class Killed(BaseException):
    """Stands for SIGKILL: nothing may catch it."""


class DyingStore(Store):
    """A real store whose process dies just before or just after its n-th write."""

    def __init__(self, uri: str, writes: int, *, after: bool) -> None:
        super().__init__(uri)
        self._left, self._after = writes, after

    def put_if_absent(self, key: str, body: bytes) -> bool:
        self._count(not self._after)
        done = super().put_if_absent(key, body)
        self._count(self._after)
        return done

    def replace(self, key: str, body: bytes, seen: StoredObject) -> bool:
        self._count(not self._after)
        done = super().replace(key, body, seen)
        self._count(self._after)
        return done

    def _count(self, counts: bool) -> None:
        self._left -= counts
        if self._left == 0 and counts:
            raise Killed


SCENE = [
    document(complete=False),
    document(duration_seconds="long", session_id="call_2"),
    document(),
    document(session_id="call_2"),
    document(user_name="X"),
]


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("writes", range(1, 14))
def test_killed_at_any_write_and_run_again_the_store_ends_the_same(tmp_path: Any, writes: int, after: bool) -> None:
    expected, actual = Store((tmp_path / "whole").as_uri()), (tmp_path / "killed").as_uri()
    for fields in SCENE * 2:
        deliver(expected, as_bytes(fields), now=NOW)
    dying = DyingStore(actual, writes, after=after)
    try:
        for fields in SCENE:
            deliver(dying, as_bytes(fields), now=NOW)
    except Killed:
        pass
    for fields in SCENE * 2:
        deliver(Store(actual), as_bytes(fields), now=NOW)
    assert contents(Store(actual)) == contents(expected)


def test_many_deliveries_at_once_leave_the_highest_revision(store: Store) -> None:
    def work(revisions: range) -> None:
        for revision in revisions:
            give(store, revision=revision, user_name=f"R{revision}")

    threads = [threading.Thread(target=work, args=(range(first, 25, 3),)) for first in (1, 2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert stored(store)["revision"] == 24
    assert not list(store.list("rejected"))
