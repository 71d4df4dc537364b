"""A transcript that knows when its call began, which words of time ('by Friday') are read against.

Engines take any sequence of items. One that needs the day asks ``began``; without it, an item's own time tells it, else nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Self

from contract.document.session import SessionDocument, TranscriptItem


class DatedTranscript(tuple[TranscriptItem, ...]):
    """The items of one call; ``start_time`` is aware, in UTC. Equal to the plain items, and fit for another process."""

    start_time: datetime | None

    def __new__(cls, items: Iterable[TranscriptItem], start_time: datetime | None = None) -> Self:
        made = super().__new__(cls, items)
        made.start_time = start_time
        return made

    def __getnewargs__(self) -> tuple[tuple[TranscriptItem, ...], datetime | None]:
        return tuple(self), self.start_time


def transcript_of(document: SessionDocument) -> DatedTranscript:
    return DatedTranscript(document.transcript, document.start_time)


def began(items: Sequence[TranscriptItem]) -> datetime | None:
    """Return when the call began: as the document says, else the first time an item has; None when nothing tells."""
    if isinstance(items, DatedTranscript) and items.start_time is not None:
        return items.start_time
    return next((item.started_at for item in items if item.started_at is not None), None)
