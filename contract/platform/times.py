"""Reading and writing moments: everything inside is aware; the warehouse and the state database hold naive UTC.

A vendor's own form (Salesforce's, iCalendar's) stays with its adapter.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import overload


@overload
def aware(moment: datetime) -> datetime: ...
@overload
def aware(moment: None) -> None: ...
def aware(moment: datetime | None) -> datetime | None:
    """Return the moment with an offset: a naive one is UTC, one that has an offset keeps it."""
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=UTC)


def naive_utc(moment: datetime) -> datetime:
    """Return an aware moment as the warehouse holds it: UTC without saying so. ``OverflowError`` outside the calendar."""
    return moment.astimezone(UTC).replace(tzinfo=None)


def read_moment(text: str) -> datetime:
    """Read ISO 8601, with ``Z``, an offset, or neither (UTC). ``ValueError`` for other text, ``TypeError`` for what is no text."""
    return aware(datetime.fromisoformat(text))


def real_time() -> datetime:
    """Return the real UTC time, not the platform's clock: bills and quotas continue when VOICE_NOW is pinned."""
    return datetime.now(UTC)


def moment_text(moment: datetime, timespec: str = "auto") -> str:
    """Write ISO 8601, UTC as ``Z``; another offset stays as it is. ``timespec`` is that of ``datetime.isoformat``."""
    return moment.isoformat(timespec=timespec).replace("+00:00", "Z")
