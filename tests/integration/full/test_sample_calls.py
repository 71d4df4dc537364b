"""The sample calls give the same tables by folder and SQLite as by the queue alone: real servers with PostgreSQL, and moto."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import boto3
import pytest
from pydantic import SecretStr

from agent.delivery.queue import SqsAnnouncer
from contract.document.canonical import write_document
from contract.document.delivery import deliver
from contract.document.keys import SESSIONS, STARTS
from contract.document.session import SessionDocument
from contract.platform.settings import PROJECT_ROOT, Settings
from contract.platform.store import Store
from contract.reading import read_document
from orchestration import local_run
from orchestration.intake.discovery import Discovery
from orchestration.local_run import run_pending
from orchestration.resources import Platform
from orchestration.state.live_samples import QUEUE_AGE
from tests.integration.conftest import VISIBILITY_SECONDS, Cloud
from tests.support.documents import NOW
from tests.support.queues import made_queues
from tests.support.warehouse_content import OF_STORE, content

Tables = dict[str, list[str]]
SECRET = "the same secret behind all lead keys"
EMPTY = {
    "alerts_history",
    "analyzer_quality",
    "delivery_log",
    "live_samples",
    "opportunities",
    "rejected_sessions",
}
"""Tables that need more than documents: alerts of late calls, evaluations, vendors, samples, a CRM, what cannot be used."""
OF_QUEUE = "live_samples"
"""The table that only a queue adds to: each round samples the age of the oldest message, all in one minute while time stands."""


@pytest.fixture(scope="module")
def documents() -> Sequence[SessionDocument]:
    files = sorted(path for path in (PROJECT_ROOT / "data" / "samples").rglob("*.json*") if path.is_file())
    return [read_document(path.read_bytes(), now=NOW) for path in files]


def settings_at(home: Path, **fields: Any) -> Settings:
    return Settings(home=home, now=NOW, workers=1, pseudonym_key=SecretStr(SECRET), **fields)


def processed(settings: Settings, variables: Mapping[str, str], documents: Sequence[SessionDocument]) -> Tables:
    """Run everything that is pending in this home, in an environment that says the same as its settings."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        patch.setenv("VOICE_HOME", str(settings.home))
        platform = Platform(settings)
        summary = run_pending(platform)
        platform.close()
        assert (summary.analysed, summary.rejected, summary.pending) == (len(documents), 0, 0)
        return content(settings, without=OF_STORE)


def by_queue(settings: Settings, variables: Mapping[str, str], documents: Sequence[SessionDocument]) -> Tables:
    """Announce documents that are in no store, and process them with the sweep of the store switched off."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        announcer = SqsAnnouncer(settings.queue_url, settings.clock)
        for document in documents:
            announcer.announce(document)
        patch.setattr(local_run, "discover", lambda *_: Discovery(0, 0, 0))
        tables = processed(settings, variables, documents)
        sqs = boto3.client("sqs")
        left = sqs.get_queue_attributes(QueueUrl=settings.queue_url, AttributeNames=["All"])["Attributes"]
        sqs.close()
        store = Store(settings.store_uri)
        assert [sum(1 for _ in store.list(folder)) for folder in (SESSIONS, STARTS)] == [len(documents)] * 2
    assert [left[f"ApproximateNumberOfMessages{kind}"] for kind in ("", "NotVisible")] == ["0", "0"]
    return tables


@pytest.fixture(scope="module")
def by_folder(tmp_path_factory: pytest.TempPathFactory, documents: Sequence[SessionDocument]) -> Tables:
    settings = settings_at(tmp_path_factory.mktemp("folder"))
    for document in documents:
        deliver(Store(settings.store_uri), write_document(document), now=NOW)
    return processed(settings, {}, documents)


@pytest.fixture
def way(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[Sequence[SessionDocument]], Tables]]:
    """How documents go through one pair of servers: the real ones with PostgreSQL, or moto with SQLite."""
    if request.param == "servers":
        cloud: Cloud = request.getfixturevalue("cloud")
        state: SecretStr = request.getfixturevalue("postgresql_state")
        variables = {**cloud.variables, "VOICE_STATE_URL": state.get_secret_value()}
        settings = settings_at(tmp_path, store=cloud.store, queue_url=cloud.queue, state_url=state, queue_visibility_seconds=60)
        yield partial(by_queue, settings, variables)
        return
    store: Store = request.getfixturevalue("s3_store")
    variables = {
        "AWS_ENDPOINT_URL": request.getfixturevalue("s3_endpoint"),
        "AWS_ENDPOINT_URL_SQS": request.getfixturevalue("s3_endpoint"),
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        queues = made_queues(boto3.client("sqs"), VISIBILITY_SECONDS)
    yield partial(by_queue, settings_at(tmp_path, store=store.uri, queue_url=queues.url, queue_visibility_seconds=60), variables)


def test_the_tables_of_the_sample_calls_are_not_empty(by_folder: Tables):
    assert {table for table, rows in by_folder.items() if not rows} <= EMPTY


@pytest.mark.parametrize("way", ["servers", "moto"], indirect=True)
def test_every_way_gives_the_tables_of_the_folder_and_samples_of_the_queue(
    way: Callable[[Sequence[SessionDocument]], Tables], by_folder: Tables, documents: Sequence[SessionDocument]
):
    tables = way(documents)
    assert tables.keys() == by_folder.keys()
    assert {table for table in tables if tables[table] != by_folder[table]} == {OF_QUEUE}
    (sample,) = tables[OF_QUEUE]
    assert QUEUE_AGE in sample
