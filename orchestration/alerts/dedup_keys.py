"""Name an alert at PagerDuty: the same key opens, acknowledges and resolves it, and comes back with what people do there."""

from __future__ import annotations

_PREFIX = "voice-alert-"
_DIGITS = 19  # of the largest id: 63 bits


def dedup_key(alert: str) -> str:
    """Return the key of an alert by its id, at most 31 of the 255 characters that PagerDuty takes."""
    return f"{_PREFIX}{alert}"


def alert_of(key: str) -> int | None:
    """Return the id of the alert that a key is of; None for a key of somebody else's."""
    number = key.removeprefix(_PREFIX)
    is_number = number != key and number.isascii() and number.isdecimal() and len(number) <= _DIGITS
    return int(number) if is_number else None
