"""A report as an e-mail: subject, HTML with its pictures, and plain text, all of the same message."""

from __future__ import annotations

from dataclasses import dataclass

from orchestration.messages.html import Picture, html_of, pictures_of, standalone
from orchestration.messages.message import Message
from orchestration.messages.text import text_of


@dataclass(frozen=True)
class RenderedEmail:
    """``html`` shows its pictures as ``cid:<name>``; ``page`` is the same with the pictures in it, for a browser."""

    subject: str
    html: str
    text: str
    pictures: tuple[Picture, ...]

    @property
    def page(self) -> str:
        return standalone(self.html, self.pictures)


def rendered(message: Message) -> RenderedEmail:
    """The same message gives the same bytes."""
    return RenderedEmail(message.subject, html_of(message), text_of(message), pictures_of(message))
