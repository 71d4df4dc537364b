"""Hash values, so that a change is detected without storing the value."""

from __future__ import annotations

import hashlib
from typing import Any

import orjson


def hash_of(value: Any) -> str:
    """Return 16 hexadecimal digits of a hash of the value's JSON."""
    return hashlib.sha256(orjson.dumps(value, default=str, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]
