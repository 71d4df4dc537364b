"""A session's id is its room's name, once: a room used again gets the start of the call appended (contract: reused room name)."""

from __future__ import annotations

import logging
import re
from datetime import datetime
from hashlib import sha256

import orjson

from contract.failures import TransientFailure
from contract.keys import id_with_start, room_key
from contract.store import Store

log = logging.getLogger(__name__)

_UNSAFE = re.compile(r"[^A-Za-z0-9_.-]", re.ASCII)
_LONGEST = 170


def claim_session_id(store: Store, room: str, start: datetime) -> str:
    """The id for a call that begins now. One object per name decides, so that two workers never take the same one; without the
    store the start is appended without asking, which is right in any case.
    """
    name = safe_room(room)
    unique = id_with_start(name, start)
    claim = orjson.dumps({"session_id": name, "start_time": start.isoformat()})
    try:
        return name if store.put_if_absent(room_key(name), claim) or store.get(room_key(name)) == claim else unique
    except TransientFailure as failure:
        log.warning("%s: %s", unique, failure.problem)
        return unique


def is_claimed(store: Store, room: str) -> bool:
    try:
        store.head(room_key(safe_room(room)))
    except KeyError:
        return False
    return True


def safe_room(room: str) -> str:
    """A room's name as an id: what may not be part of a path is replaced, and a hash keeps different names apart."""
    if not _UNSAFE.search(room) and room.strip(".") and len(room) <= _LONGEST:
        return room
    return f"{_UNSAFE.sub('_', room)[: _LONGEST - 20].strip('.')}_{sha256(room.encode()).hexdigest()[:12]}"
