"""The real servers, once for all tests, and a bucket and a queue for each module."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import pytest

from tests.support import real_servers
from tests.support.queues import made_queues
from tests.support.real_servers import KEY, REGION, SECRET, Running

VISIBILITY_SECONDS = 2
"""Seconds until a message that was received and not deleted is received again; 5 minutes in production (spec 2.3)."""


@dataclass(frozen=True, slots=True)
class Cloud:
    """A bucket and a FIFO queue with its dead-letter queue; ``variables`` are the environment of whoever uses them."""

    store: str
    queue: str
    dead_letters: str
    variables: dict[str, str]


@pytest.fixture(scope="session")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("servers")


@pytest.fixture(scope="session")
def livekit(logs: Path) -> Iterator[Running]:
    with real_servers.livekit_server(logs / "livekit") as running:
        yield running


@pytest.fixture(scope="session")
def seaweedfs(logs: Path) -> Iterator[Running]:
    with real_servers.seaweedfs(logs / "seaweedfs") as running:
        yield running


@pytest.fixture(scope="session")
def elasticmq(logs: Path) -> Iterator[Running]:
    with real_servers.elasticmq(logs / "elasticmq") as running:
        yield running


@pytest.fixture(scope="module")
def sqs(cloud: Cloud) -> Iterator[Any]:
    client = boto3.client("sqs")
    yield client
    client.close()


@pytest.fixture(scope="module")
def cloud(seaweedfs: Running, elasticmq: Running) -> Iterator[Cloud]:
    """Make the bucket and the queues, and set the ``AWS_*`` variables of this process too."""
    variables = {
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": seaweedfs.url,
        "AWS_ENDPOINT_URL_SQS": elasticmq.url,
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        yield _made(variables)


def _made(variables: dict[str, str]) -> Cloud:
    name = uuid4().hex[:8]
    s3, sqs = boto3.client("s3"), boto3.client("sqs")
    s3.create_bucket(Bucket=f"calls-{name}")
    queues = made_queues(sqs, VISIBILITY_SECONDS)
    s3.close()
    sqs.close()
    store = f"s3://calls-{name}/voice"
    used = {
        **variables,
        "VOICE_STORE": store,
        "VOICE_QUEUE_URL": queues.url,
        "VOICE_QUEUE_VISIBILITY_SECONDS": str(VISIBILITY_SECONDS),
    }
    return Cloud(store, queues.url, queues.dead_url, used)
