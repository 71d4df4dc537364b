"""Send an alert as one e-mail; it is not followed by others when the alert is acknowledged or resolved.

A process killed between the server's answer and its record sends it again, with the same Message-ID and the same bytes: mailboxes
that compare Message-IDs show the two as one. Amazon SES replaces the Message-ID: there it may be seen twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from orchestration.alerts.channel import FoundMessage, OutgoingAlert, Row
from orchestration.delivery.hashing import hash_of
from orchestration.mail.addresses import address_of
from orchestration.mail.mime import Email, mime_of
from orchestration.mail.transport import Transport
from orchestration.messages.html import html_of
from orchestration.messages.message import Message
from orchestration.messages.text import text_of

_SUBJECT_CHARACTERS = 200  # more than any mail client shows of a subject


class AlertMailChannel:
    """One address a channel."""

    is_editable = False
    only_open = True

    def __init__(self, transport: Transport, sender: str, addresses: Mapping[str, str]) -> None:
        self._transport, self._sender, self._addresses = transport, address_of(sender), addresses

    def content_of(self, row: Row, message: Message) -> str:
        return hash_of(text_of(message))

    def backoff(self, code: str | None, failures: int) -> timedelta:
        return timedelta()

    def post(self, alert: OutgoingAlert) -> str:
        """Send it and return what the server called it, else its Message-ID."""
        to = address_of(self._addresses[alert.channel]).addr_spec
        return self._transport.send(self.mime(alert, to), self._sender.addr_spec, to) or self._message_id(alert)

    def update(self, remote_id: str, alert: OutgoingAlert) -> None:
        raise TypeError("An e-mail that was sent cannot be changed: is_editable says so.")

    def find(self, intended: Mapping[str, datetime], alerts: Mapping[str, OutgoingAlert]) -> Mapping[str, FoundMessage]:
        return {}

    def mime(self, alert: OutgoingAlert, to: str) -> bytes:
        """Return the e-mail; the same alert gives the same bytes."""
        subject = " ".join(alert.message.subject.split())[:_SUBJECT_CHARACTERS]
        message = replace(alert.message, subject=subject)
        return mime_of(
            Email(
                message_id=self._message_id(alert),
                sender=self._sender,
                to=to,
                subject=subject,
                date=alert.row["triggered_at"],
                text=text_of(message),
                html=html_of(message),
                headers={"Auto-Submitted": "auto-generated", "X-Priority": "1" if alert.row["severity"] == "P1" else "3"},
            )
        )

    def _message_id(self, alert: OutgoingAlert) -> str:
        return f"<alert.{alert.key}.{alert.channel}@{self._sender.domain}>"
