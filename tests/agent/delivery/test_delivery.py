"""A call's way into the store: once, whole, whatever is away and whoever dies."""

from __future__ import annotations

import asyncio
import gzip
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from moto.server import ThreadedMotoServer

from agent.delivery.checkpoint import Checkpoints
from agent.delivery.outbox import Outbox
from agent.delivery.queue import SqsAnnouncer, message
from agent.delivery.rooms import claim_in_time, claim_session_id
from agent.delivery.sweep import Swept, sweep
from agent.recording.build import build_session
from agent.spool import Spool, read_rows
from contract.document.delivery import deliver
from contract.document.keys import checkpoint_key, session_key
from contract.document.session import SessionDocument
from contract.platform.failures import ConfigurationFailure, PermanentFailure, TransientFailure, VoiceError
from contract.platform.store import Store
from tests.agent.delivery.calls import NOW, START, rows_of


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store((tmp_path / "store").as_uri())


@pytest.fixture
def outbox(store: Store) -> Outbox:
    return Outbox(store, None, lambda: NOW)


def spooled(folder: Path, rows: list[dict[str, Any]]) -> Spool:
    spool = Spool.open(folder, rows[0]["session_id"])
    for row in rows:
        spool.append(row)
    return spool


def documents(store: Store) -> list[dict[str, Any]]:
    found = sorted(found.key for found in store.list("sessions"))
    return [json.loads(gzip.decompress(store.get(key))) for key in found]


class AwayFor(Store):
    """The store, away for its first tries."""

    def __init__(self, uri: str, tries: int) -> None:
        super().__init__(uri)
        self.tries = tries

    def put_if_absent(self, key: str, body: bytes) -> bool:
        if self.tries:
            self.tries -= 1
            raise TransientFailure(f"The store did not write {key}.", "Check that it is reachable.")
        return super().put_if_absent(key, body)


class RefusingQueue:
    """A queue that refuses everybody, or one message for good."""

    def __init__(self, kind: type[VoiceError] = ConfigurationFailure) -> None:
        self.kind = kind
        self.asked = 0

    def announce(self, document: SessionDocument) -> None:
        self.asked += 1
        raise self.kind(f"The queue refused {document.session_id}: Reason.", "Check its policy.")


def test_a_call_is_stored_its_checkpoint_and_spool_go(tmp_path: Path, store: Store, outbox: Outbox):
    spool = spooled(tmp_path / "spool", rows_of())
    store.put(checkpoint_key("room"), b"so far")
    outbox.deliver_now(spool, build_session(spool.rows()))
    assert [document["complete"] for document in documents(store)] == [True]
    assert (list(store.list("checkpoints")), spool.path.exists()) == ([], False)


def test_what_was_stored_and_not_announced_is_only_announced_by_the_sweep(tmp_path: Path, store: Store, outbox: Outbox):
    spool = spooled(tmp_path / "spool", rows_of())
    with pytest.raises(ConfigurationFailure):
        Outbox(store, RefusingQueue(), lambda: NOW).deliver_now(spool, build_session(spool.rows()))
    spool.close()
    assert read_rows(spool.path)[-1]["kind"] == "stored"

    def by_a_newer_release(rows: Any) -> SessionDocument:
        return build_session(rows).model_copy(update={"agent_version": "2"})

    assert sweep(tmp_path / "spool", outbox, by_a_newer_release) == Swept(delivered=1)
    assert [document["agent_version"] for document in documents(store)] == ["1"]
    assert list(store.list("rejected")) == []


def test_a_message_refused_for_good_is_parked_with_its_reason_and_not_tried_again(tmp_path: Path, store: Store):
    folder, queue = tmp_path / "spool", RefusingQueue(PermanentFailure)
    refused = Outbox(store, queue, lambda: NOW)
    spool = spooled(folder, rows_of())
    refused.deliver_now(spool, build_session(spool.rows()))
    assert [sweep(folder, refused, build_session) for _ in range(2)] == [Swept(), Swept()]
    assert (queue.asked, len(documents(store)), list(folder.glob("*.jsonl"))) == (1, 1, [])
    (parked,) = (folder / "parked").iterdir()
    reason = {"session_id": "room", "reason": "The queue refused room: Reason.", "parked_at": "2026-11-26T12:00:00Z"}
    assert json.loads(parked.read_bytes()) == reason
    assert parked.stat().st_mode & 0o077 == 0


def test_a_store_that_is_away_for_three_tries_gets_the_call_at_the_fourth(tmp_path: Path, store: Store):
    spool = spooled(tmp_path / "spool", rows_of())
    waits: list[float] = []
    Outbox(AwayFor(store.uri, 3), None, lambda: NOW, waits.append).deliver_now(spool, build_session(spool.rows()))
    assert (len(documents(store)), spool.path.exists(), waits) == (1, False, [1, 2, 4])


def test_a_call_the_store_never_took_stays_in_the_spool_until_a_sweep(tmp_path: Path, store: Store, outbox: Outbox):
    away = Outbox(AwayFor(store.uri, 8), None, lambda: NOW, lambda seconds: None)
    spool = spooled(tmp_path / "spool", rows_of())
    with pytest.raises(TransientFailure):
        away.deliver_now(spool, build_session(spool.rows()))
    spool.close()
    assert sweep(tmp_path / "spool", away, build_session) == Swept(waiting=1)
    assert (documents(store), spool.path.exists()) == ([], True)
    assert sweep(tmp_path / "spool", outbox, build_session) == Swept(delivered=1)
    assert (len(documents(store)), spool.path.exists()) == (1, False)


def test_another_calls_id_gets_the_start_appended(tmp_path: Path, store: Store, outbox: Outbox):
    for start in (START, START + timedelta(minutes=5)):
        spool = spooled(tmp_path / "spool", rows_of(start=start))
        outbox.deliver_now(spool, build_session(spool.rows()))
    later = int((START + timedelta(minutes=5)).timestamp() * 1000)
    assert sorted(document["session_id"] for document in documents(store)) == ["room", f"room_{later}"]


def test_what_a_dead_process_spooled_replaces_its_promoted_checkpoint(tmp_path: Path, store: Store, outbox: Outbox):
    deliver(store, json.dumps(json.loads(build_session(rows_of(ended=False, said=3)).model_dump_json())).encode(), now=NOW)
    spooled(tmp_path / "spool", rows_of(ended=False)).close()
    assert sweep(tmp_path / "spool", outbox, build_session) == Swept(delivered=1)
    assert [(d["complete"], len(d["transcript"])) for d in documents(store)] == [(False, 15)]


def test_a_spool_cut_short_by_a_full_disk_never_replaces_the_whole_document(tmp_path: Path, store: Store, outbox: Outbox):
    deliver(store, build_session(rows_of()).model_dump_json().encode(), now=NOW)
    spooled(tmp_path / "spool", rows_of(ended=False, said=3)).close()
    assert sweep(tmp_path / "spool", outbox, build_session) == Swept(delivered=1)
    assert [(d["complete"], len(d["transcript"])) for d in documents(store)] == [(True, 15)]


def test_a_file_that_holds_no_call_is_kept_aside_and_a_living_call_left_alone(tmp_path: Path, outbox: Outbox):
    folder = tmp_path / "spool"
    living = spooled(folder, rows_of("living"))
    (folder / "broken.jsonl").write_bytes(b"\x00 nothing")
    assert sweep(folder, outbox, build_session) == Swept(unreadable=1)
    assert [path.read_bytes().strip() for path in (folder / "unreadable").iterdir()] == [b"\x00 nothing"]
    assert living.path.exists()


def test_twenty_kills_of_calls_and_five_of_sweeps_lose_nothing_and_double_nothing(tmp_path: Path, store: Store, outbox: Outbox):
    folder = tmp_path / "spool"
    command = [sys.executable, "-m", "tests.agent.delivery.killed_calls", store.uri, str(folder)]
    left = json.loads(subprocess.run(command, check=True, capture_output=True, timeout=60).stdout)
    sweep(folder, outbox, build_session)
    found = {document["session_id"]: document for document in documents(store)}
    assert (len(left), len(found)) == (20, len(documents(store)))
    for session_id, rows in left.items():
        if rows:
            assert len(found[session_id]["transcript"]) >= sum(row["kind"] == "item" for row in rows)
            assert found[session_id]["complete"] == any(row["kind"] == "end" for row in rows)
    assert (list(folder.glob("*.jsonl")), list(store.list("rejected"))) == ([], [])


def test_a_room_name_is_an_id_once(store: Store):
    later = START + timedelta(seconds=1)
    epoch = int(later.timestamp() * 1000)
    claimed = [claim_session_id(store, "room", start) for start in (START, later, later)]
    assert claimed == ["room", f"room_{epoch}", f"room_{epoch + 1}"]
    assert claim_session_id(store, "../a b", START) != claim_session_id(store, "../a_b", START)


class HangingStore(Store):
    def put_if_absent(self, key: str, body: bytes) -> bool:
        time.sleep(0.3)
        return super().put_if_absent(key, body)


def test_a_store_that_hangs_does_not_keep_a_caller_waiting(tmp_path: Path):
    hanging = HangingStore(tmp_path.as_uri())
    claimed = asyncio.run(claim_in_time(hanging, "room", START, seconds=0.05))
    assert claimed == f"room_{int(START.timestamp() * 1000)}"


def test_a_stopped_checkpoint_never_comes_back_and_a_bad_row_does_not_end_it(store: Store):
    asyncio.run(checkpointed_and_stopped(store))


async def checkpointed_and_stopped(store: Store) -> None:
    built = iter([ValueError("bad row")])

    def build() -> SessionDocument:
        for error in built:
            raise error
        return build_session(rows_of(ended=False))

    checkpoints = Checkpoints(store, "room", build, lambda: NOW)
    checkpoints.start(0.005)
    while not list(store.list("checkpoints")):
        await asyncio.sleep(0.005)
    await checkpoints.stop()
    written = json.loads(gzip.decompress(store.get(checkpoint_key("room"))))
    assert (written["complete"], written["heartbeat"]) == (False, NOW.isoformat())
    store.delete(checkpoint_key("room"))
    await asyncio.sleep(0.05)
    assert list(store.list("checkpoints")) == []


@pytest.fixture
def sqs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in (("AWS_ACCESS_KEY_ID", "key"), ("AWS_SECRET_ACCESS_KEY", "secret"), ("AWS_DEFAULT_REGION", "us-east-1")):
        monkeypatch.setenv(name, value)
    client = boto3.client("sqs", endpoint_url=f"http://{host}:{port}")
    yield client
    client.close()
    server.stop()


def test_a_document_announced_twice_is_received_once_with_its_attributes(sqs: Any):
    url = sqs.create_queue(QueueName="calls.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    document = build_session(rows_of())
    for _ in range(2):
        SqsAnnouncer(url, lambda: NOW, sqs).announce(document)
    received = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"])["Messages"]
    assert len(received) == 1
    assert json.loads(received[0]["Body"])["session_id"] == "room"
    attributes = {name: value["StringValue"] for name, value in received[0]["MessageAttributes"].items()}
    assert (attributes["session_id"], attributes["priority"], "user_email" in attributes) == ("room", "standard", False)
    assert attributes["timestamp"] == NOW.isoformat().replace("+00:00", "Z")


def test_what_sqs_says_of_one_message_is_for_good_and_of_the_queue_is_not(sqs: Any):
    limits = {"FifoQueue": "true", "MaximumMessageSize": "1024"}
    url = sqs.create_queue(QueueName="small.fifo", Attributes=limits)["QueueUrl"]
    with pytest.raises(PermanentFailure, match=r"^The queue refused room: InvalidParameterValue\. Its document is in the store"):
        SqsAnnouncer(url, lambda: NOW, sqs).announce(build_session(rows_of()))
    with pytest.raises(ConfigurationFailure, match=r"NonExistentQueue|QueueDoesNotExist"):
        SqsAnnouncer(url.replace("small", "none"), lambda: NOW, sqs).announce(build_session(rows_of()))
    nobody = boto3.client("sqs", endpoint_url="http://127.0.0.1:9", config=Config(retries={"total_max_attempts": 1}))
    with pytest.raises(TransientFailure, match="EndpointConnectionError"):
        SqsAnnouncer(url.replace(url.split("/")[2], "127.0.0.1:9"), lambda: NOW, nobody).announce(build_session(rows_of()))


def test_a_document_too_large_for_a_message_is_pointed_to():
    rows = rows_of()
    rows[1]["text"] = "x" * 300_000
    body = json.loads(message(build_session(rows), NOW)["MessageBody"])
    assert body == {"session_id": "room", "store_key": session_key("room", START)}
