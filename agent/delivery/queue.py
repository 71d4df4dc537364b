"""Announce a stored document with a message to an Amazon SQS FIFO queue (contract: 'The queue message')."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Any, Protocol

import boto3
import orjson
from botocore.exceptions import BotoCoreError, ClientError

from contract.document.canonical import canonical_json, document_hash
from contract.document.keys import session_key
from contract.document.session import SessionDocument
from contract.platform.clock import Clock
from contract.platform.failures import ConfigurationFailure, PermanentFailure, TransientFailure
from contract.platform.times import moment_text
from contract.vocabulary import vocabulary

LARGEST_MESSAGE = 256 * 1024
"""Bytes of body and attributes together (Amazon SQS, message quotas). A larger document is announced by its store key alone."""
_THROTTLED = {"Throttling", "ThrottlingException", "RequestThrottled", "ServiceUnavailable", "InternalError", "KmsThrottled"}


class Announcer(Protocol):
    """Tell the pipeline that a document was stored. A lost message loses nothing, since the store is swept."""

    def announce(self, document: SessionDocument) -> None: ...


class SqsAnnouncer:
    """Send to SQS. Raise ``TransientFailure`` for what may succeed later, ``PermanentFailure`` when the queue refuses."""

    def __init__(self, queue_url: str, clock: Clock, client: Any = None) -> None:
        self._queue_url = queue_url
        self._clock = clock
        self._client = client or _sqs()

    def announce(self, document: SessionDocument) -> None:
        try:
            self._client.send_message(QueueUrl=self._queue_url, **message(document, self._clock()))
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "unknown")
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
            kind = TransientFailure if code in _THROTTLED or status >= 500 else PermanentFailure
            raise kind(
                f"The queue refused {document.session_id}: {code}.", "Check VOICE_QUEUE_URL and the queue's policy."
            ) from None
        except BotoCoreError as error:
            raise TransientFailure(f"The queue was not reached: {type(error).__name__}.", "Check the network.") from None


def _sqs() -> Any:
    try:
        return boto3.client("sqs")
    except (BotoCoreError, ValueError) as error:
        problem = f"VOICE_QUEUE_URL is set, and SQS cannot be used: {type(error).__name__}."
        raise ConfigurationFailure(problem, "Set AWS_REGION or AWS_DEFAULT_REGION, and check the other AWS_* variables.") from error


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
