"""LiveKit's seconds as the document's moments and milliseconds. What LiveKit did not measure is -1 or 0.0 there, and null here."""

from __future__ import annotations

import math
from datetime import UTC, datetime


def moment(epoch: float | None, offset: float = 0.0) -> datetime | None:
    """Seconds since 1970 as a UTC time of whole milliseconds; ``offset`` seconds later when the call lives by a pinned clock."""
    if epoch is None or not math.isfinite(epoch) or epoch <= 0:
        return None
    return datetime.fromtimestamp(round(epoch + offset, 3), UTC)


def measured(seconds: float | None) -> float | None:
    """A duration, or None for what stands for 'unknown'."""
    return seconds if seconds is not None and math.isfinite(seconds) and seconds > 0 else None


def milliseconds(seconds: float | None) -> int | None:
    """Whole milliseconds. What was measured but took less than one is 1: 0 would say that it was not measured."""
    known = measured(seconds)
    return None if known is None else max(1, round(known * 1000))
