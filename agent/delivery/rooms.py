"""A session's id is its room's name, once: a room used again gets the start of the call appended (contract: reused room name)."""

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
CLAIM_SECONDS = 2.0


async def claim_in_time(store: Store, room: str, start: datetime, seconds: float = CLAIM_SECONDS) -> str:
    """The id for a call that begins now, whatever the store does: a caller is waiting, and a store that hangs would keep the spool
    from being opened. The start appended is right in any case.
    """
    try:
        return await asyncio.wait_for(asyncio.to_thread(claim_session_id, store, room, start), seconds)
    except TimeoutError:
        log.warning("%s: the store did not answer within %s s", id_with_start(safe_room(room), start), seconds)
        return id_with_start(safe_room(room), start)


def claim_session_id(store: Store, room: str, start: datetime) -> str:
    """The id for a call that begins now. One object per id decides, so that two calls never take the same one; two that begin in
    the same millisecond (a pinned clock) are told apart by the next. Without the store the start is appended without asking.
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
    """A room's name as an id: what may not be part of a path is replaced, and a hash keeps different names apart."""
    if not _UNSAFE.search(room) and room.strip(".") and len(room) <= _LONGEST:
        return room
    return f"{_UNSAFE.sub('_', room)[: _LONGEST - 20].strip('.')}_{sha256(room.encode()).hexdigest()[:12]}"
