"""FIFO queues to test against, and messages as the agent sends them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import boto3
import orjson
import pytest

from agent.delivery.queue import message
from contract.document.keys import session_key
from contract.reading import read_document
from tests.support.documents import NOW, START

MOST_RECEIVES = 4  # spec 2.3: a first try and three more
RETENTION_SECONDS = 14 * 24 * 3600  # spec 2.3: 14 days


@dataclass(frozen=True)
class Queues:
    """A queue and its dead-letter queue, made as ``voice provision aws`` makes them."""

    client: Any
    url: str
    dead_url: str

    def send(self, body: str | bytes, group: str = "group", *, hot: bool = False) -> None:
        """Send a body that no agent would write, or one that was sent before: never deduplicated."""
        attributes = {"priority": {"DataType": "String", "StringValue": "hot_lead"}} if hot else {}
        text = body if isinstance(body, str) else body.decode()
        self.client.send_message(
            QueueUrl=self.url,
            MessageBody=text,
            MessageGroupId=group,
            MessageDeduplicationId=uuid4().hex,
            MessageAttributes=attributes,
        )

    def announce(self, document: dict[str, Any]) -> None:
        """Send a document's message as the agent does."""
        self.client.send_message(QueueUrl=self.url, **message(read_document(orjson.dumps(document), now=NOW), NOW))

    def point_to(self, session_id: str, store_key: str | None = None) -> None:
        """Send the message of a document that is too large for one."""
        self.send(json.dumps({"session_id": session_id, "store_key": store_key or session_key(session_id, START)}), session_id)

    def counts(self, url: str | None = None) -> tuple[int, int]:
        """Return how many messages wait, and how many are received and not deleted."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.client.get_queue_attributes(QueueUrl=url or self.url, AttributeNames=names)["Attributes"]
        waiting, hidden = (int(found[name]) for name in names)
        return waiting, hidden

    @property
    def dead(self) -> int:
        return sum(self.counts(self.dead_url))


def made_queues(client: Any, visibility_seconds: int) -> Queues:
    """Make two queues with names of their own."""
    name = uuid4().hex[:8]
    kept = {
        "FifoQueue": "true",
        "MessageRetentionPeriod": str(RETENTION_SECONDS),
        "VisibilityTimeout": str(visibility_seconds),
    }
    dead = client.create_queue(QueueName=f"calls-{name}-dead.fifo", Attributes=kept)["QueueUrl"]
    arn = client.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": MOST_RECEIVES})
    url = client.create_queue(QueueName=f"calls-{name}.fifo", Attributes={**kept, "RedrivePolicy": redrive})["QueueUrl"]
    return Queues(client, url, dead)


@pytest.fixture
def queues(s3_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Queues]:
    """Queues on moto, of this test alone."""
    variables = {
        "AWS_ENDPOINT_URL": s3_endpoint,
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    client = boto3.client("sqs")
    yield made_queues(client, visibility_seconds=300)
    client.close()
