"""Send e-mails by SMTP (RFC 5321), with STARTTLS or TLS."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Generator
from contextlib import contextmanager

from contract.platform.failures import ConfigurationFailure, PermanentFailure
from orchestration.delivery.failures import NEXT_RUN, DestinationUnavailable
from orchestration.mail.settings import MailSettings

_REFUSED_LOGIN = frozenset({530, 534, 535, 538})
"""Reply codes of a refused or required login (RFC 4954)."""


class SmtpTransport:
    """One connection for each e-mail: reports are few."""

    def __init__(self, settings: MailSettings, timeout: float) -> None:
        self._settings, self._timeout = settings, timeout

    def send(self, mime: bytes, sender: str, to: str) -> str:
        """Send it and return the server's last words, in which many name their queue id."""
        try:
            with self._connected() as server:
                return self._sent(server, mime, sender, to)
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            raise _failure(code, "the recipient") from None
        except smtplib.SMTPResponseException as error:
            raise _failure(error.smtp_code, "the e-mail") from None
        except smtplib.SMTPNotSupportedError:
            raise ConfigurationFailure(
                "The mail server offers no STARTTLS or no login.", "Correct VOICE_MAIL_SMTP_SECURITY and VOICE_MAIL_SMTP_USERNAME."
            ) from None
        except ssl.SSLCertVerificationError:
            raise ConfigurationFailure(
                "The mail server's certificate is not valid for its name.", "Correct VOICE_MAIL_SMTP_HOST."
            ) from None
        except (smtplib.SMTPException, OSError) as error:
            name = type(error).__name__
            raise DestinationUnavailable(f"The mail server gave no answer ({name}).", NEXT_RUN, code=name) from None

    @contextmanager
    def _connected(self) -> Generator[smtplib.SMTP]:
        own, context = self._settings, ssl.create_default_context()
        if own.smtp_security == "tls":
            server = smtplib.SMTP_SSL(own.smtp_host, own.smtp_port, timeout=self._timeout, context=context)
        else:
            server = smtplib.SMTP(own.smtp_host, own.smtp_port, timeout=self._timeout)
        try:
            if own.smtp_security == "starttls":
                server.starttls(context=context)
            if own.smtp_username:
                server.login(own.smtp_username, own.smtp_password.get_secret_value() if own.smtp_password else "")
            yield server
        finally:
            server.close()

    @staticmethod
    def _sent(server: smtplib.SMTP, mime: bytes, sender: str, to: str) -> str:
        """Send in single steps: ``sendmail`` keeps the answer to the e-mail itself from its caller."""
        server.ehlo_or_helo_if_needed()
        _expect(server.mail(sender), 250)
        code, words = server.rcpt(to)
        if code not in (250, 251):
            raise smtplib.SMTPRecipientsRefused({to: (code, words)})
        code, words = server.data(mime)
        _expect((code, words), 250)
        return words.decode("ascii", "replace")[:200]


def _expect(answer: tuple[int, bytes], code: int) -> None:
    if answer[0] != code:
        raise smtplib.SMTPResponseException(*answer)


def _failure(code: int, subject: str) -> Exception:
    if code in _REFUSED_LOGIN:
        return ConfigurationFailure(
            f"The mail server refused the login ({code}).", "Correct VOICE_MAIL_SMTP_USERNAME and VOICE_MAIL_SMTP_PASSWORD."
        )
    if 400 <= code < 500:
        return DestinationUnavailable(f"The mail server put {subject} off ({code}).", NEXT_RUN, code=str(code))
    return PermanentFailure(f"The mail server refused {subject} ({code}).", "Correct VOICE_MAIL_ADDRESSES or VOICE_MAIL_SENDER.")
