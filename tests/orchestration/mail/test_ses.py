"""Sending by Amazon SES, against moto's implementation of it."""

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.ses import ses_backends

from contract.platform.failures import PermanentFailure
from orchestration.mail.settings import MailSettings
from orchestration.mail.transport import transport_of

MIME = b"From: a@voice.example\r\nTo: dana@readers.example\r\nSubject: Hello\r\n\r\nOne\r\n"
SETTINGS = MailSettings.model_validate({"transport": "ses", "ses_region": "us-east-1"})


@pytest.fixture(autouse=True)
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        yield


def send() -> str:
    return transport_of(SETTINGS, timeout=10).send(MIME, "a@voice.example", "dana@readers.example")


def test_a_verified_sender_sends_and_gets_an_id():
    boto3.client("sesv2", region_name="us-east-1").create_email_identity(EmailIdentity="a@voice.example")
    assert send()
    [sent] = ses_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].sent_messages
    assert sent.source == "a@voice.example"


def test_an_unverified_sender_is_refused_for_good_without_an_address_in_the_message():
    with pytest.raises(PermanentFailure, match="MessageRejected") as raised:
        send()
    assert "a@voice.example" not in str(raised.value)
