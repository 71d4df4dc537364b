"""The same delivery against S3: conditional writes, collisions, checkpoints, and room names."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import pytest
from moto.server import ThreadedMotoServer

from agent.delivery.checkpoint import checkpoint
from agent.delivery.outbox import Outbox
from agent.delivery.rooms import claim_session_id
from agent.delivery.sweep import Swept, sweep
from agent.recording.build import build_session
from agent.spool import Spool
from contract.document.delivery import DeliveryOutcome, deliver
from contract.document.keys import checkpoint_key
from contract.platform.store import Store
from orchestration.intake.orphans import Orphans, promote_orphans
from tests.agent.delivery.calls import NOW, START, rows_of


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    for name, value in (
        ("AWS_ACCESS_KEY_ID", "key"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_DEFAULT_REGION", "us-east-1"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ENDPOINT_URL", endpoint),
    ):
        monkeypatch.setenv(name, value)
    client = boto3.client("s3")
    bucket = f"calls-{uuid4()}"  # moto keeps its buckets as long as the process lives
    client.create_bucket(Bucket=bucket)
    yield Store(f"s3://{bucket}/voice")
    client.close()
    server.stop()


def documents(store: Store) -> list[dict[str, Any]]:
    return [json.loads(gzip.decompress(store.get(key))) for key in sorted(found.key for found in store.list("sessions"))]


def spooled(folder: Path, rows: list[dict[str, Any]]) -> Spool:
    spool = Spool.open(folder, rows[0]["session_id"])
    for row in rows:
        spool.append(row)
    return spool


def test_a_call_is_stored_once_and_its_checkpoint_and_spool_go(tmp_path: Path, store: Store):
    spool = spooled(tmp_path, rows_of())
    document = build_session(spool.rows())
    store.put(checkpoint_key("room"), checkpoint(document, NOW))
    Outbox(store, None, lambda: NOW).deliver_now(spool, document)
    assert [(one["session_id"], one["complete"]) for one in documents(store)] == [("room", True)]
    assert (list(store.list("checkpoints")), len(list(store.list("starts"))), spool.path.exists()) == ([], 1, False)
    assert deliver(store, document.model_dump_json().encode(), now=NOW).outcome is DeliveryOutcome.UNCHANGED


def test_a_lost_machines_checkpoint_is_promoted_and_its_spool_replaces_it(tmp_path: Path, store: Store):
    rows = rows_of(ended=False)
    store.put(checkpoint_key("room"), checkpoint(build_session(rows[:4]), NOW - timedelta(seconds=91)))
    assert promote_orphans(store, NOW, timedelta(seconds=90)) == Orphans(promoted=1)
    assert [(one["complete"], len(one["transcript"])) for one in documents(store)] == [(False, 3)]
    spooled(tmp_path, rows).close()
    assert sweep(tmp_path, Outbox(store, None, lambda: NOW), build_session) == Swept(delivered=1)
    assert [(one["complete"], len(one["transcript"])) for one in documents(store)] == [(False, 15)]


def test_a_room_used_again_and_an_id_taken_by_another_call_lose_nothing(tmp_path: Path, store: Store):
    later = START + timedelta(minutes=5)
    assert [claim_session_id(store, "room", start) for start in (START, later)] == ["room", f"room_{int(later.timestamp() * 1000)}"]
    outbox = Outbox(store, None, lambda: NOW)
    for start in (START, later):
        spool = spooled(tmp_path, rows_of(start=start))
        outbox.deliver_now(spool, build_session(spool.rows()))
    assert [one["session_id"] for one in documents(store)] == ["room", f"room_{int(later.timestamp() * 1000)}"]


def test_a_bucket_that_is_not_there_keeps_the_call_in_the_spool_and_gives_it_an_id(tmp_path: Path, store: Store):
    away = Store("s3://no-such-bucket/voice")
    assert claim_session_id(away, "room", START) == f"room_{int(START.timestamp() * 1000)}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Outbox, "_with_retry", lambda outbox, work: work())
        spooled(tmp_path, rows_of()).close()
        assert sweep(tmp_path, Outbox(away, None, lambda: NOW), build_session) == Swept(waiting=1)
    assert sweep(tmp_path, Outbox(store, None, lambda: NOW), build_session) == Swept(delivered=1)
    assert len(documents(store)) == 1
