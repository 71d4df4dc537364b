"""Three policies: what the agent, the pipeline and readers may do. A test compares them with the calls the code makes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from contract.document.keys import CHECKPOINTS, REJECTED, ROOMS, SESSIONS, STARTS
from orchestration.aws.errors import code_of
from orchestration.aws.names import AwsNames
from orchestration.provision_step import ProvisionStep

_MOST_VERSIONS = 5  # versions IAM keeps of a policy; the oldest goes before another one comes
_AGENT_FOLDERS = (SESSIONS, STARTS, CHECKPOINTS, ROOMS, REJECTED)

Document = dict[str, Any]


def policy_documents(names: AwsNames) -> Mapping[str, Document]:
    """Return the policies by name. Listing the bucket is in all: without it S3 says 403 of an object that is not there, not 404."""
    agent_objects = [names.objects_arn(folder) for folder in _AGENT_FOLDERS]
    return {
        "voice-agent": _document(
            _allow("ListStore", ["s3:ListBucket"], [names.bucket_arn]),
            _allow("DeliverDocuments", ["s3:GetObject", "s3:PutObject"], agent_objects),
            _allow("RemoveCheckpoints", ["s3:DeleteObject"], [names.objects_arn(CHECKPOINTS)]),
            _allow("AnnounceDocuments", ["sqs:SendMessage"], [names.queue_arn(names.queue)]),
        ),
        "voice-pipeline": _document(
            _allow("ListStore", ["s3:ListBucket", "s3:ListBucketMultipartUploads"], [names.bucket_arn]),
            _allow(
                "KeepStore", ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"], [names.objects_arn()]
            ),
            _allow(
                "ReadQueues",
                ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
                [names.queue_arn(names.queue), names.queue_arn(names.dead_letter_queue)],
            ),
            # CloudWatch knows no resources: figures of a metric are allowed of all or of none
            _allow("ReadQueueAge", ["cloudwatch:GetMetricStatistics"], ["*"]),
        ),
        "voice-reader": _document(
            _allow("ListStore", ["s3:ListBucket"], [names.bucket_arn]),
            _allow("ReadStore", ["s3:GetObject"], [names.objects_arn()]),
        ),
    }


def policy_steps(iam: Any, names: AwsNames) -> Iterator[ProvisionStep]:
    """Yield what differs from the policies' default versions. Whom they are attached to is left to the account's owner."""
    for name, document in policy_documents(names).items():
        arn, text = names.policy_arn(name), json.dumps(document)
        found = _default_document(iam, arn)
        if found is None:
            yield ProvisionStep(f"policy {name}", "create it", partial(iam.create_policy, PolicyName=name, PolicyDocument=text))
        elif found != document:
            yield ProvisionStep(f"policy {name}", "make a new default version", partial(_replace, iam, arn, text))


def _default_document(iam: Any, arn: str) -> Document | None:
    try:
        version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    except ClientError as error:
        if code_of(error) == "NoSuchEntity":
            return None
        raise
    return iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]


def _replace(iam: Any, arn: str, text: str) -> None:
    versions = iam.list_policy_versions(PolicyArn=arn)["Versions"]
    if len(versions) >= _MOST_VERSIONS:
        oldest = min((v for v in versions if not v["IsDefaultVersion"]), key=lambda version: version["CreateDate"])
        iam.delete_policy_version(PolicyArn=arn, VersionId=oldest["VersionId"])
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=text, SetAsDefault=True)


def _document(*statements: Document) -> Document:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _allow(name: str, actions: Sequence[str], resources: Sequence[str]) -> Document:
    return {"Sid": name, "Effect": "Allow", "Action": list(actions), "Resource": list(resources)}
