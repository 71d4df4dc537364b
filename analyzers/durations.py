"""Measure time in a call, in seconds: the call's duration and the silences between its turns (spec 3.3, dead air)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from contract.document.session import SessionDocument, TranscriptItem


def call_seconds(document: SessionDocument) -> float | None:
    """Return the document's duration, else end minus start; None when neither is present or positive."""
    if document.duration_seconds:
        return float(document.duration_seconds)
    if document.end_time is None:
        return None
    seconds = (document.end_time - document.start_time).total_seconds()
    return seconds if seconds > 0 else None


def call_minutes(document: SessionDocument) -> float | None:
    seconds = call_seconds(document)
    return None if seconds is None else seconds / 60


def seconds_into(document: SessionDocument, moment: datetime | None) -> float | None:
    """Return the seconds from the call's start; None for an unknown moment."""
    return None if moment is None else round((moment - document.start_time).total_seconds(), 3)


@dataclass(frozen=True)
class Silence:
    """Describes a gap between one turn's end and the next one's start."""

    after: str
    before: str
    started_at: datetime
    seconds: float


def silences(document: SessionDocument) -> list[Silence] | None:
    """Return the gaps between turns in order of time; an overlap is no gap. None when a time that is needed is missing."""
    timed = _timed(document.transcript)
    return None if timed is None else list(_gaps(timed))


def _timed(items: tuple[TranscriptItem, ...]) -> list[tuple[datetime, datetime, str]] | None:
    timed: list[tuple[datetime, datetime, str]] = []
    for position, item in enumerate(items):
        last = position == len(items) - 1
        ended = item.ended_at or (item.started_at if last else None)
        if item.started_at is None or ended is None:
            return None
        timed.append((item.started_at, max(item.started_at, ended), item.id))
    return sorted(timed, key=lambda turn: turn[0]) or None


def _gaps(timed: list[tuple[datetime, datetime, str]]) -> Iterator[Silence]:
    _, spoken_until, speaker = timed[0]
    for started, ended, item_id in timed[1:]:
        if started > spoken_until:
            yield Silence(speaker, item_id, spoken_until, (started - spoken_until).total_seconds())
        if ended > spoken_until:
            spoken_until, speaker = ended, item_id
