"""Derive a session's id from its room's name; a room used again gets the start of the call appended (contract: 'room')."""

from __future__ import annotations

import asyncio
import logging
import re
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import chain, count

import orjson

from contract.document.keys import id_with_start, room_key
from contract.platform.failures import TransientFailure
from contract.platform.store import Store

log = logging.getLogger(__name__)

_UNSAFE = re.compile(r"[^A-Za-z0-9_.-]", re.ASCII)
_LONGEST = 170
"""Characters of a room name that serve as the id unchanged: an id takes 200 (contract), and an appended start needs 14 of them."""
CLAIM_SECONDS = 2.0
"""Seconds to wait for the store before a call begins: the caller is waiting, and the spool is not open yet."""


async def claim_in_time(store: Store, room: str, start: datetime, seconds: float = CLAIM_SECONDS) -> str:
    """Return the id for a call that begins now within ``seconds``: a caller is waiting, and a store that hangs would keep the spool
    from being opened. Without an answer the start is appended, which is unique in any case.
    """
    try:
        return await asyncio.wait_for(asyncio.to_thread(claim_session_id, store, room, start), seconds)
    except TimeoutError:
        log.warning("%s: the store did not answer within %s s", id_with_start(safe_room(room), start), seconds)
        return id_with_start(safe_room(room), start)


def claim_session_id(store: Store, room: str, start: datetime) -> str:
    """Claim the id for a call that begins now. One object per id decides, so that two calls never take the same one; of two that
    begin in the same millisecond (a pinned clock) one takes the next. When the store is unavailable the start is appended.
    """
    name = safe_room(room)
    later = (id_with_start(name, start + timedelta(milliseconds=n)) for n in count())
    try:
        return next(session_id for session_id in chain([name], later) if _claimed(store, session_id, start))
    except TransientFailure as failure:
        log.warning("%s: %s", id_with_start(name, start), failure.problem)
        return id_with_start(name, start)


def _claimed(store: Store, session_id: str, start: datetime) -> bool:
    return store.put_if_absent(room_key(session_id), orjson.dumps({"session_id": session_id, "start_time": start.isoformat()}))


def is_claimed(store: Store, room: str) -> bool:
    try:
        store.head(room_key(safe_room(room)))
    except KeyError:
        return False
    return True


def safe_room(room: str) -> str:
    """Turn a room's name into an id: replace what may not be part of a path, and add a hash that keeps different names apart."""
    if not _UNSAFE.search(room) and room.strip(".") and len(room) <= _LONGEST:
        return room
    return f"{_UNSAFE.sub('_', room)[: _LONGEST - 20].strip('.')}_{sha256(room.encode()).hexdigest()[:12]}"
