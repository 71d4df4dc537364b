"""Receive and delete the messages of the queue that announces documents (spec 2), and ask how many wait.

A received message is hidden from other readers for the visibility time-out, which is never extended: what is not deleted by then is
received again, and after four receives it lies in the dead-letter queue.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from contract.platform.batching import batches
from contract.platform.failures import ConfigurationFailure
from contract.platform.settings import Settings
from contract.platform.sqs import queue_failures, sqs_client

log = logging.getLogger(__name__)

RECEIVE_SECONDS = 1.0
"""Seconds for which one round receives: a quarter of the sensor's interval, so that its other work is not late."""
_AT_ONCE = 10  # messages in one request, the most that SQS gives or takes
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CONNECT_SECONDS = 3  # a queue that cannot be reached must not hold up a tick for longer
_ANSWER_SECONDS = 10  # SQS answers in milliseconds, after the second that it waits for messages


@dataclass(frozen=True, slots=True)
class QueueMessage:
    """One receive of a message. ``receipt`` deletes it; ``receives`` counts this receive too; a ``group`` is kept in order."""

    message_id: str
    group: str
    receipt: str
    body: bytes
    is_hot: bool
    sent_at: datetime
    receives: int


class SessionQueue:
    """The queue of ``VOICE_QUEUE_URL``, or its dead-letter queue.

    Every method raises ``TransientFailure`` when SQS is unavailable, ``ConfigurationFailure`` when it refuses the queue or the key.
    """

    def __init__(self, url: str, visibility_seconds: int, client: Any) -> None:
        self.url = url.rstrip("/")
        self._visibility_seconds = visibility_seconds
        self._client = client

    @classmethod
    def of(cls, settings: Settings) -> SessionQueue | None:
        """Return the queue of the settings; None when none is configured."""
        if not settings.queue_url:
            return None
        # a request is tried once: the next tick is the next try
        client = sqs_client(connect_timeout=_CONNECT_SECONDS, read_timeout=_ANSWER_SECONDS, retries={"total_max_attempts": 1})
        return cls(settings.queue_url, settings.queue_visibility_seconds, client)

    @property
    def name(self) -> str:
        return self.url.rsplit("/", 1)[-1]

    def receive(self, seconds: float = RECEIVE_SECONDS) -> list[QueueMessage]:
        """Return what can be received until the queue is empty or ``seconds`` have passed, in the order of the queue.

        The first request waits up to a second for a message, since only then SQS asks all of its servers.
        """
        until = time.monotonic() + seconds
        received: list[QueueMessage] = []
        while portion := self._portion(0 if received else 1):
            received += portion
            if time.monotonic() >= until:
                break
        return received

    def delete(self, messages: Sequence[QueueMessage]) -> None:
        """Delete messages that are done. One whose receipt is too old comes again, which changes nothing."""
        for portion in batches(messages, _AT_ONCE):
            entries = [{"Id": str(number), "ReceiptHandle": message.receipt} for number, message in enumerate(portion)]
            with queue_failures("to delete messages"):
                answer = self._client.delete_message_batch(QueueUrl=self.url, Entries=entries)
            if failed := answer.get("Failed"):
                log.warning("%d messages were not deleted (%s) and come again", len(failed), failed[0].get("Code"))

    def depth(self) -> int:
        """Return how many messages are not done: those that wait, and those that a reader has received."""
        found = self._attributes("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
        return sum(map(int, found.values()))

    def dead_letters(self) -> SessionQueue:
        """Return the queue of messages that were received four times in vain; it is in the same account and region."""
        redrive = json.loads(self._attributes("RedrivePolicy").get("RedrivePolicy", "{}"))
        if "deadLetterTargetArn" not in redrive:
            raise ConfigurationFailure(f"The queue {self.name} has no dead-letter queue.", "Run 'voice provision aws'.")
        name = redrive["deadLetterTargetArn"].rsplit(":", 1)[-1]
        return SessionQueue(f"{self.url.removesuffix(self.name)}{name}", self._visibility_seconds, self._client)

    def _attributes(self, *names: str) -> dict[str, str]:
        with queue_failures("to tell its state"):
            answer = self._client.get_queue_attributes(QueueUrl=self.url, AttributeNames=list(names))
        return answer.get("Attributes", {})

    def _portion(self, wait_seconds: int) -> list[QueueMessage]:
        with queue_failures("to give messages"):
            answer = self._client.receive_message(
                QueueUrl=self.url,
                MaxNumberOfMessages=_AT_ONCE,
                WaitTimeSeconds=wait_seconds,
                VisibilityTimeout=self._visibility_seconds,
                MessageAttributeNames=["priority"],
                MessageSystemAttributeNames=["SentTimestamp", "ApproximateReceiveCount", "MessageGroupId"],
            )
        return list(_messages(answer.get("Messages", [])))


def _messages(received: Sequence[dict[str, Any]]) -> Iterator[QueueMessage]:
    for found in received:
        system, own = found.get("Attributes", {}), found.get("MessageAttributes", {})
        yield QueueMessage(
            message_id=found["MessageId"],
            group=system["MessageGroupId"],
            receipt=found["ReceiptHandle"],
            body=found["Body"].encode(),
            is_hot=own.get("priority", {}).get("StringValue") == "hot_lead",
            sent_at=_EPOCH + timedelta(milliseconds=int(system["SentTimestamp"])),
            receives=int(system["ApproximateReceiveCount"]),
        )
