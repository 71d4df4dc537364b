"""Count the messages in the dead-letter queue of ``VOICE_QUEUE_URL``, which four receives did not get processed (spec 2.3)."""

from __future__ import annotations

import json
import logging
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

log = logging.getLogger(__name__)

_ANSWER_SECONDS = 5  # longest wait for one of Amazon's answers: rules are evaluated every two minutes
_TRIES = 2  # a first and one more: the next evaluation asks again in any case
_COUNT = "ApproximateNumberOfMessages"


def dead_letters(queue_url: str) -> int | None:
    """Return how many messages lie in the dead-letter queue; None without a queue or one for dead letters, or without an answer.

    Its name is that in the queue's redrive policy; both are in one account and region, as SQS demands.
    """
    if not queue_url:
        return None
    try:
        sqs: Any = boto3.client("sqs", config=_config())
        policy = _attribute(sqs, queue_url, "RedrivePolicy")
        if policy is None:
            return None
        name = json.loads(policy)["deadLetterTargetArn"].rsplit(":", 1)[-1]
        count = _attribute(sqs, f"{queue_url.rstrip('/').rsplit('/', 1)[0]}/{name}", _COUNT)
    except (BotoCoreError, ClientError, ValueError) as error:
        log.warning("The dead-letter queue could not be looked at: %s.", type(error).__name__)
        return None
    return None if count is None else int(count)


def _attribute(sqs: Any, url: str, name: str) -> str | None:
    return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name]).get("Attributes", {}).get(name)


def _config() -> Config:
    retries: Any = {"total_max_attempts": _TRIES, "mode": "standard"}
    return Config(connect_timeout=_ANSWER_SECONDS, read_timeout=_ANSWER_SECONDS, retries=retries)
