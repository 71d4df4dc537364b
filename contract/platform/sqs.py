"""Speak to Amazon SQS (spec 2): one client, and a verdict on whatever it answers."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from contract.platform.failures import ConfigurationFailure, PermanentFailure, TransientFailure, VoiceError

_LARGEST_STATUS_OF_CALLER = 499
"""HTTP statuses up to this blame the request, later ones the server (RFC 9110, 15)."""
_THROTTLED = {"Throttling", "ThrottlingException", "RequestThrottled", "ServiceUnavailable", "InternalError", "KmsThrottled"}
_OF_MESSAGE = {"InvalidMessageContents", "InvalidParameterValue", "InvalidParameterValueException", "InvalidAttributeValue"}
"""What SQS says of a message that it will never take, whoever sends it (SQS API reference, SendMessage and common errors)."""


def sqs_client(**options: Any) -> Any:
    """Return a client set up by the usual ``AWS_*`` variables; ``options`` are those of botocore's ``Config``."""
    try:
        return boto3.client("sqs", config=Config(**options))
    except (BotoCoreError, ValueError) as error:
        problem = f"VOICE_QUEUE_URL is set, and SQS cannot be used: {type(error).__name__}."
        raise ConfigurationFailure(problem, "Set AWS_REGION or AWS_DEFAULT_REGION, and check the other AWS_* variables.") from error


@contextmanager
def queue_failures(subject: str) -> Generator[None]:
    """Turn errors of the client into failures that name ``subject``, a session id or what was tried, and never a message's words.

    ``TransientFailure`` when SQS was not reached or is too busy, ``PermanentFailure`` when it will never take this message,
    ``ConfigurationFailure`` when it refuses the queue, the key or the policy: then every message waits for a person.
    """
    try:
        yield
    except ClientError as error:
        raise _refusal(subject, error) from None
    except BotoCoreError as error:
        raise TransientFailure(f"The queue was not reached: {type(error).__name__}.", "Check the network.") from None


def _refusal(subject: str, error: ClientError) -> VoiceError:
    code = error.response.get("Error", {}).get("Code", "unknown").rsplit(".", 1)[-1]
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
    problem = f"The queue refused {subject}: {code}."
    if code in _THROTTLED or status > _LARGEST_STATUS_OF_CALLER:
        return TransientFailure(problem, "Try again later.")
    if code in _OF_MESSAGE:
        return PermanentFailure(problem, "Its document is in the store, where the sweep finds it: nothing is lost.")
    return ConfigurationFailure(problem, "Check VOICE_QUEUE_URL, and the policy of the queue and of this key.")
