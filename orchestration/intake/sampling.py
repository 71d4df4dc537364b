"""Sample each minute what no document tells: calls under way, and depth and age of the queue (spec 6.1, 7.1)."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

import boto3
from botocore.config import Config

from contract.platform.failures import VoiceError
from contract.platform.settings import Settings
from contract.platform.sqs import queue_failures
from orchestration.intake.active_calls import active_calls
from orchestration.intake.session_queue import SessionQueue
from orchestration.state.database import StateDatabase
from orchestration.state.live_samples import ACTIVE_CALLS, QUEUE_AGE, QUEUE_DEPTH, Sampled, record_samples

log = logging.getLogger(__name__)

_LOOK_BACK = timedelta(minutes=15)
"""CloudWatch has the figures of SQS some minutes late, and none of a queue that nobody has used for hours."""
_PERIOD_SECONDS = 60  # CloudWatch keeps SQS' figures by the minute
_TIME_LIMITS = {"connect_timeout": 3, "read_timeout": 10, "retries": {"total_max_attempts": 1}}
"""Seconds: a sample is taken each minute, so one that fails is taken again soon."""


def sample_minute(state: StateDatabase, queue: SessionQueue | None, settings: Settings, now: datetime) -> int:
    """Sample what this minute has no sample of, and return how many figures are new."""
    sampled: Sampled = {ACTIVE_CALLS: active_calls(state, now)}
    if queue:
        sampled[QUEUE_DEPTH] = "sqs", _told(queue.depth)
        sampled[QUEUE_AGE] = (
            ("cloudwatch", _told(lambda: _age_by_cloudwatch(queue.name, now))) if settings.queue_cloudwatch else ("sqs", None)
        )
    with state.writing() as connection:
        return record_samples(connection, sampled, now)


def _told(ask: Any) -> float | None:
    try:
        return ask()
    except VoiceError as failure:
        log.warning("A figure of the queue is missing: %s", failure.problem)
        return None


def _age_by_cloudwatch(queue: str, now: datetime) -> float | None:
    """Return the latest age of the oldest message in seconds that CloudWatch knows (metric ApproximateAgeOfOldestMessage)."""
    with queue_failures("to tell its age through CloudWatch"):
        client: Any = boto3.client("cloudwatch", config=Config(**_TIME_LIMITS))
        found = client.get_metric_statistics(
            Namespace="AWS/SQS",
            MetricName="ApproximateAgeOfOldestMessage",
            Dimensions=[{"Name": "QueueName", "Value": queue}],
            StartTime=now - _LOOK_BACK,
            EndTime=now,
            Period=_PERIOD_SECONDS,
            Statistics=["Maximum"],
        )["Datapoints"]
    return max(found, key=lambda point: point["Timestamp"])["Maximum"] if found else None
