"""Compose the bytes of an e-mail: plain text, HTML beside it, and the pictures that the HTML shows.

The same e-mail gives the same bytes, so that what is archived, sent and sent again after a kill is one and the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256


@dataclass(frozen=True)
class Email:
    """One e-mail to one reader. ``pictures`` are PNGs by the name under which the HTML shows them (``cid:<name>``)."""

    message_id: str
    sender: Address
    to: str
    subject: str
    date: datetime
    text: str
    html: str
    pictures: Mapping[str, bytes] = field(default_factory=dict[str, bytes])
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


def mime_of(email: Email) -> bytes:
    """Return the e-mail as RFC 5322 and MIME want it, in 7-bit ASCII with lines of at most 78 characters in its bodies."""
    message = EmailMessage(policy=SMTP)
    message["Message-ID"] = email.message_id
    message["Date"] = format_datetime(email.date)
    message["From"] = email.sender
    message["To"] = email.to
    message["Subject"] = email.subject
    for name, value in email.headers.items():
        message[name] = value
    message.set_content(email.text, cte="quoted-printable")
    message.add_alternative(email.html, subtype="html", cte="quoted-printable")
    *_, page = message.iter_parts()
    for name, png in email.pictures.items():
        page.add_related(png, "image", "png", cid=f"<{name}>", filename=f"{name}.png", disposition="inline")
    _fix_boundaries(message, email.message_id)
    return message.as_bytes()


def _fix_boundaries(message: EmailMessage, seed: str) -> None:
    """Name the boundaries after the message, since random ones would make other bytes each time."""
    for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"={sha256(f'{seed} {number}'.encode()).hexdigest()[:32]}=")
