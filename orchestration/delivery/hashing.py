"""What is remembered of a value: enough to tell whether it changed, too little to give it back."""

from __future__ import annotations

import hashlib
from typing import Any

import orjson


def hash_of(value: Any) -> str:
    """16 hexadecimal digits of the value's JSON."""
    return hashlib.sha256(orjson.dumps(value, default=str, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]
