"""What the queue announces is in the store and in the ledger before its message goes; whatever cannot be taken in stays."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from contract.document.canonical import write_document
from contract.document.keys import REJECTED, session_key
from contract.platform.failures import TransientFailure
from contract.reading import read_document
from orchestration.intake.batch import claim_batch
from orchestration.intake.discovery import discover
from orchestration.intake.hot_first import BURST
from orchestration.intake.planning import next_plan
from orchestration.intake.queue_messages import TakenIn, take_in, take_in_dead_letters
from orchestration.intake.reading import read_batch
from orchestration.intake.session_queue import SessionQueue
from orchestration.resources import Platform
from orchestration.state.tables import DOCUMENTS
from tests.support.documents import NOW, START, packed, put, session
from tests.support.queues import MOST_RECEIVES, Queues

HIDDEN_SECONDS = 300  # longer than a test


def queue_of(queues: Queues, visibility_seconds: int = HIDDEN_SECONDS) -> SessionQueue:
    return SessionQueue(queues.url, visibility_seconds, queues.client)


def taken(platform: Platform, queue: SessionQueue) -> tuple[int, int]:
    found = take_in(queue, platform.store, platform.state, NOW, seconds=0)
    return found.done, found.left


def ledger(platform: Platform) -> dict[str, str]:
    with platform.state.reading() as connection:
        return dict(connection.execute(select(DOCUMENTS.c.store_key, DOCUMENTS.c.state)).tuples().all())


def stored(platform: Platform, session_id: str) -> dict[str, Any]:
    return json.loads(read_document(platform.store.get(session_key(session_id, START)), now=NOW).model_dump_json())


def test_a_document_that_the_store_lacks_is_stored_and_entered_and_its_message_deleted(platform: Platform, queues: Queues):
    queues.announce(session("one"))
    found = take_in(queue_of(queues), platform.store, platform.state, NOW, seconds=0)
    assert (found.done, found.left, found.oldest is not None) == (1, 0, True)
    assert ledger(platform) == {session_key("one", START): "discovered"}
    assert stored(platform, "one")["session_id"] == "one"
    assert [found.key for found in platform.store.list("starts")] == ["starts/year=2026/month=11/day=20/one.json"]
    assert queues.counts() == (0, 0)


def test_a_document_that_is_in_the_store_is_entered_as_it_is_and_no_later_listing_finds_it_new(platform: Platform, queues: Queues):
    platform.store.put(session_key("one", START), write_document(read_document(packed(session("one")), now=NOW)))
    before = platform.store.head(session_key("one", START)).e_tag
    queues.announce(session("one"))
    assert taken(platform, queue_of(queues)) == (1, 0)
    assert platform.store.head(session_key("one", START)).e_tag == before
    assert discover(platform.store, platform.state, NOW).pending == 0
    assert list(ledger(platform)) == [session_key("one", START)]


def test_an_empty_queue_changes_nothing(platform: Platform, queues: Queues):
    assert take_in(queue_of(queues), platform.store, platform.state, NOW, seconds=0) == TakenIn()
    assert ledger(platform) == {}


def test_a_pointer_leads_to_its_document_and_one_without_stays(platform: Platform, queues: Queues):
    put(platform, session("large"))
    queues.point_to("large")
    queues.point_to("missing")
    assert taken(platform, queue_of(queues)) == (1, 1)
    assert list(ledger(platform)) == [session_key("large", START)]
    assert queues.counts() == (0, 1)


@pytest.mark.parametrize(
    "key", ["lake/owner", "sessions/../lake/owner", session_key("another", START), "sessions//large.json.gz", 7, None]
)
def test_a_pointer_leads_to_no_other_object(platform: Platform, queues: Queues, key: object):
    put(platform, session("another"))
    platform.store.put("lake/owner", b"id")
    queues.send(json.dumps({"session_id": "large", "store_key": key}))
    assert taken(platform, queue_of(queues)) == (0, 1)
    assert ledger(platform) == {}


@pytest.mark.parametrize("body", ["no JSON", "[]", "{}", '{"session_id": "../x", "start_time": "2026-11-20T15:04:05Z"}', "[" * 300])
def test_what_cannot_be_keyed_stays_and_keeps_no_other_message(platform: Platform, queues: Queues, body: str):
    queues.send(body, "poison")
    queues.announce(session("one"))
    assert taken(platform, queue_of(queues)) == (1, 1)
    assert list(ledger(platform)) == [session_key("one", START)]
    assert list(platform.store.list(REJECTED)) == []


def test_what_fails_in_a_way_nobody_thought_of_keeps_no_other_message(
    platform: Platform, queues: Queues, monkeypatch: pytest.MonkeyPatch
):
    queues.announce(session("one"))
    queues.announce(session("two"))
    put_if_absent = platform.store.put_if_absent

    def failing(key: str, body: bytes) -> bool:
        if key == session_key("one", START):
            raise RuntimeError("nobody thought of it")
        return put_if_absent(key, body)

    monkeypatch.setattr(platform.store, "put_if_absent", failing)
    assert taken(platform, queue_of(queues)) == (1, 1)
    assert list(ledger(platform)) == [session_key("two", START)]


def test_a_poison_message_is_a_dead_letter_after_exactly_four_receives(platform: Platform, queues: Queues):
    queues.send("poison")
    queue = queue_of(queues, visibility_seconds=0)
    for receives in range(1, MOST_RECEIVES + 1):
        (message,) = queue.receive(seconds=0)
        assert (message.receives, queues.dead) == (receives, 0)
    assert taken(platform, queue) == (0, 0)
    assert (queues.dead, queues.counts()) == (1, (0, 0))


def test_every_reader_of_the_pipeline_leaves_a_poison_message_to_redrive(platform: Platform, queues: Queues):
    queues.send("poison")
    queue = queue_of(queues, visibility_seconds=0)
    assert [taken(platform, queue) for _ in range(MOST_RECEIVES + 1)] == [(0, 1)] * MOST_RECEIVES + [(0, 0)]
    assert queues.dead == 1


def test_the_same_document_many_times_is_one_document_and_one_row(platform: Platform, queues: Queues):
    body = json.dumps(session("one"))
    for group in range(5):
        queues.send(body, f"group-{group}")
    assert taken(platform, queue_of(queues)) == (5, 0)
    assert list(ledger(platform)) == [session_key("one", START)]
    assert list(platform.store.list(REJECTED)) == []


@pytest.mark.parametrize("revisions", [(1, 2, 3), (3, 2, 1), (2, 3, 1)])
def test_of_several_revisions_in_any_order_the_highest_is_kept(platform: Platform, queues: Queues, revisions: tuple[int, ...]):
    for revision in revisions:
        queues.send(json.dumps(session("one", revision=revision)), "one")
    queue = queue_of(queues)
    while taken(platform, queue)[0]:
        pass
    assert stored(platform, "one")["revision"] == 3
    assert ledger(platform) == {session_key("one", START): "discovered"}
    assert discover(platform.store, platform.state, NOW).pending == 0
    assert queues.counts() == (0, 0)


def test_another_call_of_the_same_id_is_quarantined_and_in_the_ledger(platform: Platform, queues: Queues):
    put(platform, session("one"))
    queues.announce(session("one", participant_id="PA_another"))
    assert taken(platform, queue_of(queues)) == (1, 0)
    (quarantined,) = platform.store.list(REJECTED)
    assert ledger(platform) == {quarantined.key: "discovered"}


def test_without_the_store_every_message_stays(platform: Platform, queues: Queues, monkeypatch: pytest.MonkeyPatch):
    queues.announce(session("one"))

    def unavailable(key: str, body: bytes) -> bool:
        raise TransientFailure("The store did not write.", "Run again.")

    monkeypatch.setattr(platform.store, "put_if_absent", unavailable)
    assert taken(platform, queue_of(queues)) == (0, 1)
    assert (ledger(platform), queues.counts()) == ({}, (0, 1))


def test_hot_leads_of_the_queue_come_first_in_the_next_batch(platform: Platform, queues: Queues):
    for number in range(4):
        queues.send(json.dumps(session(f"cold_{number}")), f"cold_{number}")
    queues.send(json.dumps(session("hot")), "hot", hot=True)
    assert taken(platform, queue_of(queues)) == (5, 0)
    plan = next_plan(platform.settings, platform.state, NOW, platform.first_day)
    assert plan
    assert (plan.store_keys[0], len(plan.store_keys)) == (session_key("hot", START), 5)


def test_a_burst_of_the_queue_is_not_looked_into(platform: Platform, queues: Queues, monkeypatch: pytest.MonkeyPatch):
    names = [f"call_{number:02d}" for number in range(BURST + 1)]
    for name in names:
        queues.send(json.dumps(session(name)), name, hot=name == names[-1])
    queue = queue_of(queues)
    while taken(platform, queue)[0]:
        pass
    monkeypatch.setattr("orchestration.intake.planning.hot_keys", lambda store, keys: list(keys))
    plan = next_plan(platform.settings, platform.state, NOW, platform.first_day)
    assert plan
    assert plan.store_keys == [session_key(names[-1], START)]


def test_the_dead_letter_queue_is_drained(platform: Platform, queues: Queues):
    """What can be read now is taken in, what cannot is quarantined with its reason, and a document that is nowhere stays."""
    put(platform, session("late"))
    queues.announce(session("fixed"))
    queues.send("poison")
    for session_id in ("late", "missing"):
        queues.point_to(session_id)
    queue = queue_of(queues, visibility_seconds=0)
    while queue.receive(seconds=0):
        pass
    assert (queues.counts(), queues.dead) == ((0, 0), 4)

    dead = queue_of(queues).dead_letters()
    found = take_in_dead_letters(dead, platform.store, platform.state, NOW)
    assert (found.done, found.left, queues.counts(queues.dead_url)) == (3, 1, (0, 1))
    (quarantined,) = platform.store.list(REJECTED)
    assert platform.store.get(quarantined.key) == b"poison"
    assert sorted(ledger(platform)) == sorted([session_key("fixed", START), session_key("late", START), quarantined.key])

    plan = next_plan(platform.settings, platform.state, NOW, platform.first_day)
    assert plan
    seq, mine = claim_batch(platform.state, "run", plan.store_keys, NOW, 300)
    batch = read_batch(platform.store, platform.state, "run", mine, seq, NOW, b"secret")
    assert sorted(row["session_id"] for row in batch.rows) == ["fixed", "late"]
    assert {r.store_key: r.reason.value for r in batch.rejections} == {quarantined.key: "bad_json"}


def test_a_queue_is_asked_how_many_messages_are_not_done(platform: Platform, queues: Queues):
    queue = queue_of(queues)
    for number in range(3):
        queues.send("poison", f"group-{number}")
    taken(platform, queue)
    queues.announce(session("one"))
    assert (queue.depth(), queue.dead_letters().depth()) == (4, 0)
