"""The pipeline's reader on a real SQS and S3 server: whatever happens to messages or readers, each call is there once."""

from __future__ import annotations

import json
import random
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from contract.document.canonical import write_document
from contract.document.keys import REJECTED, SESSIONS, session_key
from contract.platform.failures import PermanentFailure
from contract.platform.settings import Settings
from contract.platform.sqs import queue_failures
from contract.reading import read_document
from orchestration.intake.discovery import discover
from orchestration.intake.queue_messages import take_in, take_in_dead_letters
from orchestration.intake.session_queue import SessionQueue
from orchestration.resources import Platform
from orchestration.state.tables import DOCUMENTS
from tests.integration.conftest import VISIBILITY_SECONDS, Cloud
from tests.integration.full.killed_reader import STEPS, read_and_die
from tests.support.documents import NOW, START, packed, session
from tests.support.forked import FORKED
from tests.support.queues import MOST_RECEIVES, Queues, made_queues

KILLS = 20
NEW_EACH_TIME = 6
"""Messages sent before each kill, so that every reader has some to receive while those of the reader before are hidden."""
ROUNDS = 60
"""Rounds of a second at most, after which a message must have been taken in or be dead: each receive hides it for two."""


@pytest.fixture
def queues(cloud: Cloud, sqs: Any) -> Queues:
    """Queues of this test alone, on the server of all."""
    return made_queues(sqs, VISIBILITY_SECONDS)


@pytest.fixture
def platform(cloud: Cloud, queues: Queues, tmp_path: Path) -> Iterator[Platform]:
    settings = Settings(
        home=tmp_path / "home",
        store=f"{cloud.store}/{tmp_path.name}",
        queue_url=queues.url,
        queue_visibility_seconds=VISIBILITY_SECONDS,
        now=NOW,
        workers=1,
    )
    platform = Platform(settings)
    yield platform
    platform.close()


def queue_of(platform: Platform) -> SessionQueue:
    assert platform.queue
    return platform.queue


def taken(platform: Platform) -> tuple[int, int]:
    found = take_in(queue_of(platform), platform.store, platform.state, NOW)
    return found.done, found.left


def read_until_empty(platform: Platform, queues: Queues) -> None:
    """Take in until every message is done or dead."""
    for _ in range(ROUNDS):
        taken(platform)
        if queues.counts() == (0, 0):
            return
    raise AssertionError(f"{queues.counts()} messages are left after {ROUNDS} rounds")


def ledger(platform: Platform) -> dict[str, str]:
    with platform.state.reading() as connection:
        return dict(connection.execute(select(DOCUMENTS.c.store_key, DOCUMENTS.c.state)).tuples().all())


def in_store(platform: Platform, folder: str = SESSIONS) -> list[str]:
    return sorted(found.key for found in platform.store.list(folder))


def as_agent(document: dict[str, Any]) -> bytes:
    return write_document(read_document(packed(document), now=NOW))


def test_a_poison_message_is_a_dead_letter_after_exactly_four_receives(platform: Platform, queues: Queues):
    queues.send("poison", "poison")
    received: list[int] = []
    for _ in range(ROUNDS):
        received += [message.receives for message in queue_of(platform).receive()]
        if queues.dead:
            break
    assert received == list(range(1, MOST_RECEIVES + 1))
    assert (queues.dead, queues.counts()) == (1, (0, 0))


def test_a_poison_message_and_one_without_its_document_keep_no_other_back_and_become_dead_letters(
    platform: Platform, queues: Queues
):
    queues.send("poison", "poison")
    queues.point_to("missing")
    platform.store.put(session_key("large", START), as_agent(session("large")))
    queues.point_to("large")
    queues.announce(session("one"))
    assert taken(platform) == (2, 2)
    read_until_empty(platform, queues)
    assert (sorted(ledger(platform)), queues.dead) == ([session_key("large", START), session_key("one", START)], 2)

    platform.store.put(session_key("missing", START), as_agent(session("missing")))
    found = take_in_dead_letters(queue_of(platform).dead_letters(), platform.store, platform.state, NOW)
    (quarantined,) = in_store(platform, REJECTED)
    assert (found.done, found.left, queues.dead) == (2, 0, 0)
    assert platform.store.get(quarantined) == b"poison"
    assert {session_key("missing", START), quarantined} <= ledger(platform).keys()


def test_duplicates_and_any_order_of_revisions_leave_one_document_the_latest(platform: Platform, queues: Queues):
    revisions = [json.dumps(session("one", revision=revision)) for revision in (1, 2, 3)]
    shuffled = revisions * 4
    random.Random(20261126).shuffle(shuffled)
    for number, body in enumerate(shuffled):
        queues.send(body, f"group-{number % 3}")
    read_until_empty(platform, queues)
    (key,) = in_store(platform)
    assert read_document(platform.store.get(key), now=NOW).revision == 3
    assert (ledger(platform), in_store(platform, REJECTED), queues.dead) == ({key: "discovered"}, [], 0)
    assert discover(platform.store, platform.state, NOW).pending == 0


def test_a_document_that_was_deduplicated_by_sqs_is_received_once(platform: Platform, queues: Queues):
    for _ in range(3):
        queues.announce(session("one"))
    assert taken(platform) == (1, 0)
    assert queues.counts() == (0, 0)


def test_twenty_kills_between_receive_land_row_and_delete_lose_and_double_nothing(cloud: Cloud, platform: Platform, queues: Queues):
    moments, sent, kills = random.Random(20261126), list[str](), 0
    while kills < KILLS:
        for _ in range(NEW_EACH_TIME):
            sent.append(f"call_{len(sent):03d}")
            if len(sent) % 2:  # of the others the message comes before anybody sees the object
                platform.store.put(session_key(sent[-1], START), as_agent(session(sent[-1])))
            queues.announce(session(sent[-1]))
        number = moments.randint(1, NEW_EACH_TIME - 1)
        step = STEPS[kills % len(STEPS)]
        reader = FORKED.Process(target=read_and_die, args=(platform.settings, cloud.variables, step, number))
        reader.start()
        reader.join()
        assert reader.exitcode == -signal.SIGKILL, (step, number, reader.exitcode)
        kills += 1
    read_until_empty(platform, queues)
    take_in_dead_letters(queue_of(platform).dead_letters(), platform.store, platform.state, NOW)
    expected = sorted(session_key(name, START) for name in sent)
    assert (in_store(platform), in_store(platform, REJECTED)) == (expected, [])
    assert ledger(platform) == dict.fromkeys(expected, "discovered")
    assert (queues.counts(), queues.dead) == ((0, 0), 0)
    assert discover(platform.store, platform.state, NOW).pending == 0


def test_the_server_refuses_characters_that_no_message_may_have_for_good(queues: Queues):
    with pytest.raises(PermanentFailure, match=r"^The queue refused one: Invalid"), queue_failures("one"):
        queues.client.send_message(QueueUrl=queues.url, MessageBody="\x00", MessageGroupId="a", MessageDeduplicationId="a")
