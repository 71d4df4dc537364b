"""Announce a stored document with a message to an Amazon SQS FIFO queue (contract: 'The queue message')."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Any, Protocol

import orjson

from contract.document.canonical import canonical_json, document_hash
from contract.document.keys import session_key
from contract.document.session import SessionDocument
from contract.platform.clock import Clock
from contract.platform.sqs import queue_failures, sqs_client
from contract.platform.times import moment_text
from contract.vocabulary import vocabulary

LARGEST_MESSAGE = 256 * 1024
"""Bytes of body and attributes together (Amazon SQS, message quotas). A larger document is announced by its store key alone."""


class Announcer(Protocol):
    """Tell the pipeline that a document was stored. A lost message loses nothing, since the store is swept."""

    def announce(self, document: SessionDocument) -> None: ...


class SqsAnnouncer:
    """Send to SQS. Raise ``TransientFailure`` for what may succeed later, ``PermanentFailure`` when SQS will never take this
    message, ``ConfigurationFailure`` when it refuses the queue or the key.
    """

    def __init__(self, queue_url: str, clock: Clock, client: Any = None) -> None:
        self._queue_url = queue_url
        self._clock = clock
        self._client = client or sqs_client()

    def announce(self, document: SessionDocument) -> None:
        with queue_failures(document.session_id):
            self._client.send_message(QueueUrl=self._queue_url, **message(document, self._clock()))


def message(document: SessionDocument, now: datetime) -> dict[str, Any]:
    """Build body, attributes and FIFO ids. Equal content gives an equal deduplication id, a correction another one. Identifiers
    longer than the 128 characters of SQS are hashed.
    """
    attributes = _attributes(document, now)
    body = canonical_json(document).decode()
    if len(body.encode()) + _size(attributes) > LARGEST_MESSAGE:
        pointer = {"session_id": document.session_id, "store_key": session_key(document.session_id, document.start_time)}
        body = orjson.dumps(pointer).decode()
    return {
        "MessageBody": body,
        "MessageAttributes": attributes,
        "MessageGroupId": _identifier(document.session_id),
        "MessageDeduplicationId": _identifier(f"{document.session_id}-{document_hash(document)}"),
    }


def _attributes(document: SessionDocument, now: datetime) -> dict[str, Any]:
    hot = vocabulary().is_qualified(document.discovered_signals.qualification_tier)
    values = {
        "session_id": document.session_id,
        "priority": "hot_lead" if hot else "standard",
        "timestamp": moment_text(now),
        "user_email": document.user_email,
    }
    return {name: {"DataType": "String", "StringValue": value} for name, value in values.items() if value}


def _size(attributes: dict[str, Any]) -> int:
    return sum(len(name) + len("String") + len(value["StringValue"].encode()) for name, value in attributes.items())


def _identifier(text: str) -> str:
    return text if len(text) <= 128 else sha256(text.encode()).hexdigest()
