"""The three policies allow exactly the calls that the code makes: real runs on moto, each request compared with its policy."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from agent.delivery.checkpoint import checkpoint
from agent.delivery.outbox import Outbox
from agent.delivery.queue import message
from agent.delivery.rooms import claim_session_id
from agent.delivery.sweep import sweep
from agent.recording.build import build_session
from agent.spool import Spool
from contract.document.delivery import deliver
from contract.document.keys import LAKE, checkpoint_key, session_key
from contract.platform.settings import Settings
from contract.platform.store import Store
from contract.reading import read_document
from orchestration.aws.policies import policy_documents
from orchestration.aws.provisioning import AwsProvisioned, provision_aws
from orchestration.intake.orphans import promote_orphans
from orchestration.intake.queue_messages import take_in_dead_letters
from orchestration.intake.sampling import sample_minute
from orchestration.local_run import run_pending
from orchestration.resources import Platform
from tests.agent.delivery.calls import NOW, START, rows_of
from tests.orchestration.aws.requests import RecordedRequest, needed
from tests.support.documents import put, session

Needs = set[tuple[str, str]]


@pytest.fixture
def provisioned(settings: Settings, requests_made: list[RecordedRequest]) -> AwsProvisioned:
    done = provision_aws(settings, dry_run=False)
    requests_made.clear()
    return done


def needs_of(made: list[RecordedRequest], done: AwsProvisioned) -> Needs:
    found = {need for request in made for need in needed(request)}
    made.clear()
    return {(action, done.names.queue_arn(on) if action.startswith("sqs:") else on) for action, on in found}


def allows(policy: dict[str, Any], action: str, resource: str) -> bool:
    return any(
        action in statement["Action"] and any(fnmatchcase(resource, pattern) for pattern in statement["Resource"])
        for statement in policy["Statement"]
    )


def compare(done: AwsProvisioned, name: str, needs: Needs) -> None:
    policy = policy_documents(done.names)[name]
    assert sorted(need for need in needs if not allows(policy, *need)) == []
    allowed = {action for statement in policy["Statement"] for action in statement["Action"]}
    assert allowed - {action for action, _ in needs} == set()


def spooled(folder: Path, rows: list[dict[str, Any]]) -> Spool:
    spool = Spool.open(folder, rows[0]["session_id"])
    for row in rows:
        spool.append(row)
    return spool


def test_the_agents_policy_is_what_calls_need(
    provisioned: AwsProvisioned, settings: Settings, requests_made: list[RecordedRequest], tmp_path: Path
):
    """A call with checkpoints, one recovered from its spool, a correction, a collision, and a document without a key."""
    store = Store(settings.store_uri)
    outbox = Outbox.of(settings.model_copy(update={"queue_url": provisioned.queue_url}))
    for number in range(2):
        claim_session_id(store, "room", START + timedelta(minutes=number))
    spool = spooled(tmp_path, rows_of())
    document = build_session(spool.rows())
    store.put(checkpoint_key("room"), checkpoint(document, NOW))
    outbox.deliver_now(spool, document)
    spooled(tmp_path, rows_of("left", ended=False)).close()
    assert sweep(tmp_path, outbox, build_session).delivered == 1
    for changed in ({"revision": 2}, {"revision": 2, "participant_id": "another"}):
        deliver(store, document.model_copy(update=changed).model_dump_json().encode(), now=NOW)
    deliver(store, b"no document", now=NOW)
    compare(provisioned, "voice-agent", needs_of(requests_made, provisioned))


def test_the_pipelines_and_the_readers_policies_are_what_runs_need(
    provisioned: AwsProvisioned,
    settings: Settings,
    requests_made: list[RecordedRequest],
    amazon: Callable[[str], Any],
    tmp_path: Path,
):
    """Calls, one of them by the queue, a rejected document, a lost call, an unfinished upload, up to the published warehouse, and a
    sample; then somebody reads.
    """
    platform = Platform(settings.model_copy(update={"queue_url": provisioned.queue_url, "queue_cloudwatch": True}))
    announced = read_document(json.dumps(session("announced")).encode(), now=NOW)
    amazon("sqs").send_message(QueueUrl=provisioned.queue_url, **message(announced, NOW))
    requests_made.clear()
    for name in ("one", "two"):
        put(platform, session(name))
    platform.store.put(session_key("broken", START), b"{")
    platform.store.put(checkpoint_key("room"), checkpoint(build_session(rows_of(ended=False)[:4]), NOW - timedelta(minutes=5)))
    amazon("s3").create_multipart_upload(Bucket="voice-calls", Key="prod/lake/unfinished")
    promote_orphans(platform.store, NOW, timedelta(seconds=90))
    summary = run_pending(platform)
    assert (summary.analysed, summary.rejected) == (4, 1)
    assert platform.queue
    sample_minute(platform.state, platform.queue, platform.settings, NOW)
    take_in_dead_letters(platform.queue.dead_letters(), platform.store, platform.state, NOW)
    platform.store.remove_unfinished(NOW + timedelta(days=3650))
    compare(provisioned, "voice-pipeline", needs_of(requests_made, provisioned))

    reader = Store(settings.store_uri)
    for found in reader.list(LAKE):
        assert reader.get(found.key)
    compare(provisioned, "voice-reader", needs_of(requests_made, provisioned))
    platform.close()


def test_no_policy_allows_everything(provisioned: AwsProvisioned):
    statements = [one for document in policy_documents(provisioned.names).values() for one in document["Statement"]]
    assert [one["Action"] for one in statements if "*" in one["Resource"]] == [["cloudwatch:GetMetricStatistics"]]
    text = json.dumps(statements)
    assert ":*" not in text.replace("s3:::", "")
