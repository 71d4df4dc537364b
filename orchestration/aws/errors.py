"""Errors of Amazon's client as failures that say what to do."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from contract.platform.failures import ConfigurationFailure, PermanentFailure, TransientFailure


def code_of(error: ClientError) -> str:
    return error.response.get("Error", {}).get("Code", "unknown")


@contextmanager
def failures_named() -> Generator[None]:
    """Turn errors of Amazon's client into failures that name the refused action and what to do."""
    try:
        yield
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
        kind = TransientFailure if status >= 500 or code_of(error) in ("SlowDown", "Throttling") else PermanentFailure
        raise kind(
            f"Amazon refused {error.operation_name}: {code_of(error)}.",
            "Run it as somebody who may administer S3, SQS and IAM; what was done stays, and a repeated run goes on from there.",
        ) from None
    except BotoCoreError as error:
        raise ConfigurationFailure(
            f"Amazon cannot be used: {type(error).__name__}.", "Set AWS_REGION and the keys or profile of an administrator."
        ) from None
