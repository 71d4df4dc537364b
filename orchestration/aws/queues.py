"""The FIFO queue of documents and its dead-letter queue, as spec 2.3 wants them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from orchestration.aws.errors import code_of
from orchestration.aws.names import AwsNames
from orchestration.provision_step import ProvisionStep

RETENTION_SECONDS = 14 * 24 * 3600  # spec 2.3: 14 days, the longest SQS keeps a message; for what died, too
MOST_RECEIVES = 4  # a first try and three more (spec 2.3), then the message is dead


def queue_steps(sqs: Any, names: AwsNames, visibility_seconds: int) -> Iterator[ProvisionStep]:
    """Yield what differs, the dead-letter queue first, because the other refers to it.

    ``visibility_seconds`` is how long a received message is hidden (spec 2.3: five minutes).
    """
    redrive = {"deadLetterTargetArn": names.queue_arn(names.dead_letter_queue), "maxReceiveCount": MOST_RECEIVES}
    visibility = {"VisibilityTimeout": str(visibility_seconds)}
    yield from _of_queue(sqs, names.dead_letter_queue, visibility)
    yield from _of_queue(sqs, names.queue, {**visibility, "RedrivePolicy": json.dumps(redrive)})


def queue_url(sqs: Any, queue: str) -> str | None:
    """Return the queue's address, or None when there is none of this name."""
    try:
        return sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    except ClientError as error:
        if code_of(error) in ("QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"):
            return None
        raise


def _of_queue(sqs: Any, queue: str, own: Mapping[str, str]) -> Iterator[ProvisionStep]:
    wanted = {
        "MessageRetentionPeriod": str(RETENTION_SECONDS),
        "SqsManagedSseEnabled": "true",
        **own,
    }
    url = queue_url(sqs, queue)
    if url is None:
        fixed = {"FifoQueue": "true", "ContentBasedDeduplication": "false"}  # the agent names a deduplication id itself
        yield ProvisionStep(
            f"queue {queue}",
            f"create it with {_words(wanted)}",
            lambda: sqs.create_queue(QueueName=queue, Attributes={**fixed, **wanted}),
        )
        return
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    if "KmsMasterKeyId" in found:
        wanted.pop("SqsManagedSseEnabled")  # a key of one's own is left alone
    differing = {name: value for name, value in wanted.items() if _value(found.get(name)) != _value(value)}
    if differing:
        yield ProvisionStep(
            f"queue {queue}", f"set {_words(differing)}", lambda: sqs.set_queue_attributes(QueueUrl=url, Attributes=differing)
        )


def _value(text: str | None) -> object:
    """Return an attribute as what it means: a redrive policy is JSON, in which SQS may write a number as text."""
    if text is None or not text.startswith("{"):
        return text
    return {name: str(value) for name, value in json.loads(text).items()}


def _words(attributes: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in attributes.items())
