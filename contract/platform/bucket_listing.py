"""List an S3 bucket, its objects and its unfinished uploads, with Amazon's client, which takes every key (see ``listing``)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from contract.platform.stored_object import StoredObject


def objects_after(bucket: str, root: str, prefix: str, last: str | None) -> Iterator[StoredObject]:
    """Yield the objects whose keys follow ``last``, which is safe since S3 lists in the order of keys; ``OSError`` on failure.

    ``prefix`` and all keys are relative to ``root``, as everywhere.
    """
    start = f"{root}/" if root else ""
    wanted = {"Bucket": bucket, "Prefix": start + (f"{prefix.rstrip('/')}/" if prefix else "")}
    if last is not None:
        wanted["StartAfter"] = start + last
    try:
        with closing(_client()) as client:
            for page in client.get_paginator("list_objects_v2").paginate(**wanted):
                yield from (_described(found, start) for found in page.get("Contents", ()))
    except (BotoCoreError, ClientError, ValueError) as error:
        raise OSError(f"the bucket was not listed: {type(error).__name__}") from error


def abort_uploads(bucket: str, root: str, before: datetime) -> int:
    """Abort uploads in parts that began before ``before``, which no listing of objects shows; return their number.

    ``OSError`` on failure, also when the key may not list or abort uploads.
    """
    aborted = 0
    try:
        with closing(_client()) as client:
            pages = client.get_paginator("list_multipart_uploads").paginate(Bucket=bucket, Prefix=f"{root}/" if root else "")
            for begun in (upload for page in pages for upload in page.get("Uploads", ())):
                if begun["Initiated"] < before:
                    client.abort_multipart_upload(Bucket=bucket, Key=begun["Key"], UploadId=begun["UploadId"])
                    aborted += 1
    except (BotoCoreError, ClientError, ValueError) as error:
        raise OSError(f"the uploads were not listed: {type(error).__name__}") from error
    return aborted


def _client() -> Any:
    """Return a client with the variables the store reads too; only the region may be without a value, as it is there."""
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
    return boto3.client("s3", region_name=region, config=Config(s3={"addressing_style": "path"}))


def _described(found: dict[str, Any], start: str) -> StoredObject:
    return StoredObject(found["Key"].removeprefix(start), found["Size"], found["LastModified"].astimezone(UTC), found["ETag"])
