"""The bucket: encrypted, versioned, closed to the public, and emptied of what nobody can see."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from contract.platform.failures import PermanentFailure
from orchestration.aws.errors import code_of
from orchestration.provision_step import ProvisionStep

NONCURRENT_DAYS = 30  # days a replaced or deleted object can be brought back (spec 8.2: redaction must end, too)
UNFINISHED_DAYS = 7  # days after which an upload in parts is not resumed any more
DEFAULT_REGION = "us-east-1"
"""The one region that CreateBucket wants left out."""

_ENCRYPTION = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}
_ENCRYPTED_BY = ("AES256", "aws:kms", "aws:kms:dsse")
"""Algorithms that count as encrypted: a key of one's own, which somebody has set, is left alone."""
_CLOSED = {"BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True, "RestrictPublicBuckets": True}
_RULE_ID = "voice-cleanup"
_RULE: Mapping[str, Any] = {
    "ID": _RULE_ID,
    "Status": "Enabled",
    "Filter": {"Prefix": ""},
    "NoncurrentVersionExpiration": {"NoncurrentDays": NONCURRENT_DAYS},
    "Expiration": {"ExpiredObjectDeleteMarker": True},
    "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": UNFINISHED_DAYS},
}


@dataclass(frozen=True)
class _Setting:
    """One setting: whether it is as wanted, what is done otherwise, and how."""

    change: str
    is_set: Callable[[], bool]
    write: Callable[[], object]


def bucket_steps(s3: Any, bucket: str, region: str) -> Iterator[ProvisionStep]:
    """Yield what differs; of a bucket that is not there, everything."""
    exists = _exists(s3, bucket)
    if not exists:
        yield ProvisionStep(f"bucket {bucket}", f"create it in {region}", lambda: _create(s3, bucket, region))
    for setting in _settings(s3, bucket):
        if not exists or not setting.is_set():
            yield ProvisionStep(f"bucket {bucket}", setting.change, setting.write)


def _settings(s3: Any, bucket: str) -> Iterator[_Setting]:
    name = {"Bucket": bucket}
    yield _Setting(
        "block all public access",
        lambda: _is_closed(_found(lambda: s3.get_public_access_block(**name), "NoSuchPublicAccessBlock")),
        lambda: s3.put_public_access_block(**name, PublicAccessBlockConfiguration=_CLOSED),
    )
    yield _Setting(
        "encrypt objects (AES256)",
        lambda: _is_encrypted(_found(lambda: s3.get_bucket_encryption(**name), "ServerSideEncryptionConfigurationNotFound")),
        lambda: s3.put_bucket_encryption(**name, ServerSideEncryptionConfiguration=_ENCRYPTION),
    )
    yield _Setting(
        "keep versions",
        lambda: s3.get_bucket_versioning(**name).get("Status") == "Enabled",
        lambda: s3.put_bucket_versioning(**name, VersioningConfiguration={"Status": "Enabled"}),
    )
    yield _Setting(
        f"remove old versions after {NONCURRENT_DAYS} days, expired delete markers, and unfinished uploads after {UNFINISHED_DAYS}",
        lambda: any(_is_our_rule(rule) for rule in _rules(s3, bucket)),
        lambda: s3.put_bucket_lifecycle_configuration(**name, LifecycleConfiguration={"Rules": _with_our_rule(_rules(s3, bucket))}),
    )


def _exists(s3: Any, bucket: str) -> bool:
    try:
        s3.head_bucket(Bucket=bucket)
    except ClientError as error:
        if code_of(error) in ("404", "NoSuchBucket"):
            return False
        if code_of(error) in ("403", "AccessDenied", "301", "PermanentRedirect"):
            problem = f"The bucket {bucket} belongs to another account or lies in another region."
            raise PermanentFailure(problem, "Set VOICE_STORE to another name, or AWS_REGION to the bucket's region.") from None
        raise
    return True


def _create(s3: Any, bucket: str, region: str) -> None:
    place = {} if region == DEFAULT_REGION else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    s3.create_bucket(Bucket=bucket, **place)


def _found(read: Callable[[], Mapping[str, Any]], absent: str) -> Mapping[str, Any] | None:
    """Return a configuration; None when the error code begins with ``absent``, which is how S3 says that there is none."""
    try:
        return read()
    except ClientError as error:
        if code_of(error).startswith(absent):
            return None
        raise


def _is_closed(found: Mapping[str, Any] | None) -> bool:
    return found is not None and found["PublicAccessBlockConfiguration"] == _CLOSED


def _is_encrypted(found: Mapping[str, Any] | None) -> bool:
    rules = found["ServerSideEncryptionConfiguration"]["Rules"] if found else []
    return any(rule.get("ApplyServerSideEncryptionByDefault", {}).get("SSEAlgorithm") in _ENCRYPTED_BY for rule in rules)


def _rules(s3: Any, bucket: str) -> list[Mapping[str, Any]]:
    found = _found(lambda: s3.get_bucket_lifecycle_configuration(Bucket=bucket), "NoSuchLifecycleConfiguration")
    return list(found["Rules"]) if found else []


def _is_our_rule(rule: Mapping[str, Any]) -> bool:
    return all(rule.get(name) == wanted for name, wanted in _RULE.items() if name != "Filter") and not any(
        (rule.get("Filter") or {}).values()
    )


def _with_our_rule(rules: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Replace our rule and keep everybody else's: S3 stores all rules of a bucket at once."""
    return [*(rule for rule in rules if rule.get("ID") != _RULE_ID), _RULE]
