"""Convert LiveKit's seconds to the document's times and milliseconds. LiveKit writes -1 or 0.0 for "not measured": null here."""

from __future__ import annotations

import math
from datetime import UTC, datetime


def moment(epoch: float | None, offset: float = 0.0) -> datetime | None:
    """Convert seconds since 1970 to UTC in whole milliseconds; ``offset`` (seconds) shifts a call that runs on a pinned clock."""
    if epoch is None or not math.isfinite(epoch) or epoch <= 0:
        return None
    return datetime.fromtimestamp(round(epoch + offset, 3), UTC)


def measured(seconds: float | None) -> float | None:
    """Return a duration in seconds, or None for the values that mean 'unknown'."""
    return seconds if seconds is not None and math.isfinite(seconds) and seconds > 0 else None


def milliseconds(seconds: float | None) -> int | None:
    """Convert to whole milliseconds. A measured duration below one becomes 1: 0 would mean that it was not measured."""
    known = measured(seconds)
    return None if known is None else max(1, round(known * 1000))
