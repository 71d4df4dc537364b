"""Hand an e-mail over to a mail server."""

from __future__ import annotations

from typing import Protocol

from orchestration.mail.settings import MailSettings


class Transport(Protocol):
    """Sends bytes to one reader."""

    def send(self, mime: bytes, sender: str, to: str) -> str:
        """Return the server's id of the e-mail once the server has taken it over.

        Raises ``DestinationUnavailable`` when another try may succeed, ``PermanentFailure`` when the server refuses this e-mail or
        its reader, ``ConfigurationFailure`` when it refuses us. No message holds an address.
        """
        ...


def transport_of(settings: MailSettings, timeout: float) -> Transport:
    """Return the transport that the settings name; ``timeout`` is in seconds. Nothing is connected yet."""
    if settings.transport == "ses":
        from orchestration.mail.ses import SesTransport

        return SesTransport(settings, timeout)
    from orchestration.mail.smtp import SmtpTransport

    return SmtpTransport(settings, timeout)
