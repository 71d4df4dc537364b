"""Plan what is missing or different at Amazon, and do it unless it is a dry run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import boto3

from contract.platform.settings import Settings
from orchestration.aws.bucket import DEFAULT_REGION, bucket_steps
from orchestration.aws.errors import failures_named
from orchestration.aws.names import AwsNames, aws_names
from orchestration.aws.policies import policy_steps
from orchestration.aws.queues import queue_steps, queue_url
from orchestration.provision_step import ProvisionStep

MakeClient = Callable[[str], Any]


@dataclass(frozen=True)
class AwsProvisioned:
    """What was changed, or would be; ``queue_url`` is what ``VOICE_QUEUE_URL`` must be, None while there is no queue."""

    steps: tuple[tuple[str, str], ...]
    names: AwsNames
    queue_url: str | None


def provision_aws(settings: Settings, *, dry_run: bool, client: MakeClient | None = None) -> AwsProvisioned:
    """Bring bucket, queues and policies into the state that is wanted; a repeated run finds nothing to do.

    Raises ``ConfigurationFailure`` without a bucket in ``VOICE_STORE`` or without credentials, ``PermanentFailure`` when
    Amazon refuses; what was done before stays.
    """
    with failures_named():
        make = client or _clients()
        sqs = make("sqs")
        names = aws_names(settings, make("sts"), sqs.meta.region_name)
        done: list[tuple[str, str]] = []
        for step in _steps(make, sqs, names, settings.queue_visibility_seconds):
            if not dry_run:
                step.apply()
            done.append((step.resource, step.change))
        return AwsProvisioned(tuple(done), names, queue_url(sqs, names.queue))


def _steps(make: MakeClient, sqs: Any, names: AwsNames, visibility_seconds: int) -> Iterator[ProvisionStep]:
    yield from bucket_steps(make("s3"), names.bucket, names.region)
    yield from queue_steps(sqs, names, visibility_seconds)
    yield from policy_steps(make("iam"), names)


def _clients() -> MakeClient:
    session = boto3.Session()
    region = session.region_name or DEFAULT_REGION
    return lambda service: session.client(service, region_name=region)
