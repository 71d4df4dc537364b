"""Sending to a real server, and what its refusals mean."""

import socket

import pytest
from aiosmtpd.smtp import AuthResult
from pydantic import SecretStr

from contract.platform.failures import ConfigurationFailure, PermanentFailure
from orchestration.delivery.failures import DestinationUnavailable
from orchestration.mail.settings import MailSettings
from orchestration.mail.transport import transport_of
from tests.support.mail_server import Inbox, mail_server

MIME = b"From: a@voice.example\r\nTo: dana@readers.example\r\nSubject: Hello\r\n\r\nOne\r\n.\r\n..two\r\n"
TO = "dana@readers.example"


def settings(port: int, **more: object) -> MailSettings:
    return MailSettings.model_validate({"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_security": "none", **more})


def send(port: int, **more: object) -> str:
    return transport_of(settings(port, **more), timeout=10).send(MIME, "a@voice.example", TO)


def test_the_server_takes_over_the_same_bytes_and_says_its_id(inbox: Inbox):
    assert send(inbox.port) == "2.0.0 queued as 4F2A"
    assert inbox.taken == [(TO, MIME)]


@pytest.mark.parametrize("answer", ["451 4.7.1 greylisted", "421 4.3.2 shutting down"])
def test_what_is_put_off_is_tried_later(inbox: Inbox, answer: str):
    inbox.answers.append(answer)
    with pytest.raises(DestinationUnavailable, match=answer[:3]):
        send(inbox.port)


def test_a_refused_e_mail_is_not_tried_again(inbox: Inbox):
    inbox.answers.append("554 5.7.1 spam")
    with pytest.raises(PermanentFailure, match="refused the e-mail"):
        send(inbox.port)


@pytest.mark.parametrize(
    ("answer", "failure"), [("550 no such user", PermanentFailure), ("450 mailbox busy", DestinationUnavailable)]
)
def test_a_refused_recipient_is_no_fault_of_ours_and_is_not_named(inbox: Inbox, answer: str, failure: type[Exception]):
    inbox.refused_recipients[TO] = answer
    with pytest.raises(failure) as raised:
        send(inbox.port)
    assert "dana" not in str(raised.value)


def test_a_server_that_is_not_there_is_tried_later():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with pytest.raises(DestinationUnavailable, match="ConnectionRefusedError"):
        send(port)


def test_a_server_without_starttls_gets_nothing_in_the_clear(inbox: Inbox):
    with pytest.raises(ConfigurationFailure, match="STARTTLS"):
        send(inbox.port, smtp_security="starttls")
    assert inbox.taken == []


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_a_wrong_password_names_the_setting_and_a_right_one_sends():
    def check(server: object, session: object, envelope: object, mechanism: str, data: object) -> AuthResult:
        return AuthResult(success=getattr(data, "password", b"") == b"right", handled=False)

    with mail_server(authenticator=check, auth_require_tls=False, auth_required=True) as inbox:
        login = {"smtp_username": "reports", "smtp_password": SecretStr("wrong")}
        with pytest.raises(ConfigurationFailure, match="VOICE_MAIL_SMTP_PASSWORD"):
            send(inbox.port, **login)
        send(inbox.port, **login | {"smtp_password": SecretStr("right")})
        assert len(inbox.taken) == 1
