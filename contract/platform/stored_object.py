"""Describe one object of the store, as a listing gives it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class StoredObject:
    """What a listing tells of one object; ``e_tag`` only says when to look again, not what it holds."""

    key: str
    size: int
    last_modified: datetime
    e_tag: str
