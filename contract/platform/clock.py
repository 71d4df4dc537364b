"""The one clock. ``VOICE_NOW`` pins it, so a demo or a test lives at a known moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The present moment, aware and in UTC."""
    return datetime.now(UTC)


def clock_at(pinned: datetime | None) -> Clock:
    """A clock that stands still at ``pinned``, or the system's when nothing is pinned."""
    if pinned is None:
        return system_clock
    moment = pinned.astimezone(UTC)
    return lambda: moment
