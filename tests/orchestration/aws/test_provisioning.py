"""`voice provision aws`: what it makes, that a dry run makes nothing, and that a repeated run finds nothing to do."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from typer.testing import CliRunner

from contract.platform.failures import ConfigurationFailure, PermanentFailure
from contract.platform.settings import Settings
from orchestration.aws.policies import policy_documents
from orchestration.aws.provisioning import provision_aws
from orchestration.cli.commands import commands
from tests.orchestration.aws.requests import RecordedRequest

Amazon = Callable[[str], Any]
ACCOUNT = "123456789012"  # moto's
QUEUE, DEAD = "voice-sessions.fifo", "voice-sessions-dead.fifo"


def attributes(amazon: Amazon, queue: str) -> dict[str, str]:
    sqs = amazon("sqs")
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]


def policy(amazon: Amazon, name: str) -> dict[str, Any]:
    iam, arn = amazon("iam"), f"arn:aws:iam::{ACCOUNT}:policy/{name}"
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    return iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]


def test_the_bucket_is_encrypted_versioned_closed_and_cleaned(settings: Settings, amazon: Amazon):
    provision_aws(settings, dry_run=False)
    s3, name = amazon("s3"), {"Bucket": "voice-calls"}
    assert s3.get_bucket_location(**name)["LocationConstraint"] == "eu-central-1"
    assert set(s3.get_public_access_block(**name)["PublicAccessBlockConfiguration"].values()) == {True}
    [rule] = s3.get_bucket_encryption(**name)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    assert s3.get_bucket_versioning(**name)["Status"] == "Enabled"
    [rule] = s3.get_bucket_lifecycle_configuration(**name)["Rules"]
    assert rule["Status"] == "Enabled"
    assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 30}
    assert rule["Expiration"] == {"ExpiredObjectDeleteMarker": True}
    assert rule["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 7}


def test_the_queues_are_as_the_specification_wants_them(settings: Settings, amazon: Amazon):
    done = provision_aws(settings, dry_run=False)
    main, dead = attributes(amazon, QUEUE), attributes(amazon, DEAD)
    for found in (main, dead):
        assert found["FifoQueue"] == "true"
        assert found["VisibilityTimeout"] == "300"
        assert found["MessageRetentionPeriod"] == str(14 * 86400)
        assert found["SqsManagedSseEnabled"] == "true"
    assert json.loads(main["RedrivePolicy"]) == {"deadLetterTargetArn": dead["QueueArn"], "maxReceiveCount": 4}
    assert done.queue_url
    assert done.queue_url.endswith(f"/{ACCOUNT}/{QUEUE}")


def test_a_message_that_is_never_deleted_dies_after_four_receives(settings: Settings, amazon: Amazon):
    url = provision_aws(settings, dry_run=False).queue_url
    sqs = amazon("sqs")
    sqs.send_message(QueueUrl=url, MessageBody="poison", MessageGroupId="one", MessageDeduplicationId="one")
    received = 0
    while sqs.receive_message(QueueUrl=url, VisibilityTimeout=0).get("Messages"):
        received += 1
    dead = sqs.get_queue_url(QueueName=DEAD)["QueueUrl"]
    assert received == 4
    assert [message["Body"] for message in sqs.receive_message(QueueUrl=dead)["Messages"]] == ["poison"]


def test_the_policies_are_the_declared_ones(settings: Settings, amazon: Amazon):
    done = provision_aws(settings, dry_run=False)
    documents = policy_documents(done.names)
    assert sorted(documents) == ["voice-agent", "voice-pipeline", "voice-reader"]
    assert {name: policy(amazon, name) for name in documents} == documents


def test_a_dry_run_shows_everything_and_makes_nothing(settings: Settings, amazon: Amazon, requests_made: list[RecordedRequest]):
    planned = provision_aws(settings, dry_run=True)
    assert not {request.method for request in requests_made} & {"PUT", "DELETE"}
    assert amazon("s3").list_buckets()["Buckets"] == []
    assert amazon("sqs").list_queues().get("QueueUrls", []) == []
    assert planned.queue_url is None
    assert provision_aws(settings, dry_run=False).steps == planned.steps
    assert len(planned.steps) == 10


def test_a_repeated_run_finds_nothing_to_do(settings: Settings):
    provision_aws(settings, dry_run=False)
    assert provision_aws(settings, dry_run=True).steps == ()
    assert provision_aws(settings, dry_run=False).steps == ()


def test_an_interrupted_run_is_completed(settings: Settings, amazon: Amazon):
    planned = provision_aws(settings, dry_run=True).steps

    def failing_after(number: int) -> Amazon:
        """Clients that are killed at the writing call after ``number`` others."""
        written = 0

        def count(params: Any, model: Any, **_: Any) -> None:
            nonlocal written
            if model.name.startswith(("Put", "Create", "Set")):
                written += 1
                if written > number:
                    raise KeyboardInterrupt

        def client(service: str) -> Any:
            made = amazon(service)
            made.meta.events.register("before-call", count)
            return made

        return client

    for done in range(len(planned)):
        with pytest.raises(KeyboardInterrupt):
            provision_aws(settings, dry_run=False, client=failing_after(min(done, 1)))
        assert provision_aws(settings, dry_run=True).steps == planned[done:]
    assert provision_aws(settings, dry_run=False).steps == planned[-1:]
    assert provision_aws(settings, dry_run=True).steps == ()


def test_only_what_was_changed_by_hand_is_set_back(settings: Settings, amazon: Amazon):
    provision_aws(settings, dry_run=False)
    s3, sqs, iam = amazon("s3"), amazon("sqs"), amazon("iam")
    s3.put_bucket_versioning(Bucket="voice-calls", VersioningConfiguration={"Status": "Suspended"})
    url = sqs.get_queue_url(QueueName=QUEUE)["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "30"})
    arn = f"arn:aws:iam::{ACCOUNT}:policy/voice-reader"
    for _ in range(4):  # with the first, as many versions as IAM keeps
        statement = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
        text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=text, SetAsDefault=True)
    assert provision_aws(settings, dry_run=False).steps == (
        ("bucket voice-calls", "keep versions"),
        (f"queue {QUEUE}", "set VisibilityTimeout 300"),
        ("policy voice-reader", "make a new default version"),
    )
    assert provision_aws(settings, dry_run=False).steps == ()


def test_rules_and_keys_of_others_are_left_alone(settings: Settings, amazon: Amazon):
    s3, name = amazon("s3"), {"Bucket": "voice-calls"}
    s3.create_bucket(**name, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    archive = {"ID": "archive", "Status": "Enabled", "Filter": {"Prefix": "x/"}, "Expiration": {"Days": 9}}
    s3.put_bucket_lifecycle_configuration(**name, LifecycleConfiguration={"Rules": [archive]})
    key = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "own"}}]}
    s3.put_bucket_encryption(**name, ServerSideEncryptionConfiguration=key)
    changes = [change for _, change in provision_aws(settings, dry_run=False).steps]
    assert not [change for change in changes if "encrypt" in change or "create it in" in change]
    assert [r["ID"] for r in s3.get_bucket_lifecycle_configuration(**name)["Rules"]] == ["archive", "voice-cleanup"]
    assert provision_aws(settings, dry_run=True).steps == ()


def test_the_queue_of_the_settings_is_taken(settings: Settings, amazon: Amazon):
    own = settings.model_copy(update={"queue_url": "https://sqs.eu-central-1.amazonaws.com/1/calls.fifo"})
    provision_aws(own, dry_run=False)
    assert attributes(amazon, "calls-dead.fifo")["FifoQueue"] == "true"


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"store": ""}, "VOICE_STORE"),
        ({"store": "file:///x"}, "VOICE_STORE"),
        ({"queue_url": "https://x/1/calls"}, "VOICE_QUEUE_URL"),
    ],
)
def test_wrong_settings_are_named(settings: Settings, changed: dict[str, str], named: str):
    with pytest.raises(ConfigurationFailure, match=named):
        provision_aws(settings.model_copy(update=changed), dry_run=True)


def test_what_amazon_refuses_is_named(settings: Settings, amazon: Amazon):
    def client(service: str) -> Any:
        made = amazon(service)

        def refuse(**_: Any) -> None:
            answer = {"Error": {"Code": "AccessDenied"}, "ResponseMetadata": {"HTTPStatusCode": 403}}
            raise ClientError(answer, "CreateQueue")  # pyright: ignore[reportArgumentType]

        made.meta.events.register("before-call.sqs.CreateQueue", refuse)
        return made

    with pytest.raises(PermanentFailure, match="CreateQueue: AccessDenied"):
        provision_aws(settings, dry_run=False, client=client)
    assert [resource for resource, _ in provision_aws(settings, dry_run=True).steps][:2] == [f"queue {DEAD}", f"queue {QUEUE}"]


def test_without_credentials_the_command_says_what_to_set(settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    with pytest.raises(ConfigurationFailure, match="NoCredentialsError"):
        provision_aws(settings, dry_run=True)


def test_the_command_prints_the_plan_and_then_that_nothing_is_left(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("VOICE_HOME", str(settings.home))
    monkeypatch.setenv("VOICE_STORE", settings.store)
    wide = {"COLUMNS": "250"}
    plan = CliRunner().invoke(commands, ["provision", "aws", "--dry-run"], env=wide)
    assert "Would be done" in plan.output
    assert "keep versions" in plan.output
    done = CliRunner().invoke(commands, ["provision", "aws"], env=wide)
    assert "Set VOICE_QUEUE_URL=http://127.0.0.1" in done.output
    assert "nothing to change" in CliRunner().invoke(commands, ["provision", "aws"], env=wide).output
