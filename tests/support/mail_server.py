"""A real SMTP server on loopback (aiosmtpd) that keeps what it takes over, and can be told to refuse, to put off or to hang up."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Inbox:
    """E-mails in the order in which the server took them over. ``answers`` are given to the next e-mails in place of 250."""

    taken: list[tuple[str, bytes]] = field(default_factory=list[tuple[str, bytes]])
    answers: list[str] = field(default_factory=list[str])
    refused_recipients: dict[str, str] = field(default_factory=dict[str, str])
    on_taken: Callable[[], None] = lambda: None
    port: int = 0

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[Any]) -> str:
        if answer := self.refused_recipients.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self.answers.pop(0) if self.answers else "250 2.0.0 queued as 4F2A"
        if answer.startswith("250"):
            content = envelope.content
            self.taken.append((envelope.rcpt_tos[0], content if isinstance(content, bytes) else str(content).encode()))
            self.on_taken()
        return answer

    @property
    def messages(self) -> list[EmailMessage]:
        parsed = [message_from_bytes(content, policy=default) for _, content in self.taken]
        return [message for message in parsed if isinstance(message, EmailMessage)]


def _free_port() -> int:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return unused.getsockname()[1]


@contextmanager
def mail_server(**options: Any) -> Iterator[Inbox]:
    inbox = Inbox(port=_free_port())
    controller = Controller(inbox, hostname="127.0.0.1", port=inbox.port, **options)
    controller.start()
    try:
        yield inbox
    finally:
        controller.stop()
