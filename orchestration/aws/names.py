"""Name what is provisioned, from the settings of the platform and the account that is signed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from contract.platform.failures import ConfigurationFailure
from contract.platform.settings import Settings

_QUEUE = "voice-sessions.fifo"
_FIFO = ".fifo"


@dataclass(frozen=True)
class AwsNames:
    """Bucket, prefix without slashes at its ends (may be empty), queues, and the parts of ARNs."""

    bucket: str
    prefix: str
    queue: str
    dead_letter_queue: str
    partition: str
    region: str
    account: str

    @property
    def bucket_arn(self) -> str:
        return f"arn:{self.partition}:s3:::{self.bucket}"

    def objects_arn(self, folder: str = "") -> str:
        """Return the ARN of all objects under a folder of the store; of the whole store without one."""
        return "/".join(part for part in (self.bucket_arn, self.prefix, folder, "*") if part)

    def queue_arn(self, queue: str) -> str:
        return f"arn:{self.partition}:sqs:{self.region}:{self.account}:{queue}"

    def policy_arn(self, policy: str) -> str:
        return f"arn:{self.partition}:iam::{self.account}:policy/{policy}"


def aws_names(settings: Settings, sts: Any, region: str) -> AwsNames:
    """Take the bucket from ``VOICE_STORE`` and the queue from ``VOICE_QUEUE_URL``, which may be unset before the first run."""
    store = urlsplit(settings.store)
    if store.scheme != "s3" or not store.netloc:
        raise ConfigurationFailure("VOICE_STORE names no bucket.", "Set VOICE_STORE=s3://<bucket>/<prefix>, then run it again.")
    queue = settings.queue_url.rstrip("/").rsplit("/", 1)[-1] or _QUEUE
    if not queue.endswith(_FIFO):
        raise ConfigurationFailure(
            "VOICE_QUEUE_URL names no FIFO queue.", "Set it to a queue whose name ends in .fifo, or unset it."
        )
    caller = sts.get_caller_identity()
    return AwsNames(
        bucket=store.netloc,
        prefix=store.path.strip("/"),
        queue=queue,
        dead_letter_queue=f"{queue.removesuffix(_FIFO)}-dead{_FIFO}",
        partition=caller["Arn"].split(":")[1],
        region=region,
        account=caller["Account"],
    )
