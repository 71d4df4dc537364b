"""Promote checkpoints whose heartbeat stopped to incomplete documents: their calls were lost with their machine.

Every step may be killed and repeated, or run twice at once: the store takes a document once, and a checkpoint is removed only after
its document is stored, and only if it is still the one that was read.
"""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from contract.document.decompression import decompressed
from contract.document.delivery import DeliveryOutcome, deliver
from contract.document.identity import SessionIdentity, identity_of, peek_identity
from contract.document.keys import CHECKPOINTS, id_with_start, session_in_key
from contract.document.parsing import Raw, parsed, text_of
from contract.platform.store import Store, StoredObject
from contract.platform.times import read_moment
from contract.rejections import Rejected

log = logging.getLogger(__name__)

_BEAT = "heartbeat"


@dataclass(frozen=True, slots=True)
class LostCall:
    """A call that was lost with its machine; ``heartbeat`` is the last time it was known to be live."""

    session_id: str
    started_at: datetime
    heartbeat: datetime


@dataclass(frozen=True, slots=True)
class Orphans:
    """Counts of checkpoints: ``live`` calls, ``promoted`` to documents, ``removed`` because one exists, ``broken`` and rejected.

    ``lost`` are the promoted calls but for test calls.
    """

    live: int = 0
    promoted: int = 0
    removed: int = 0
    broken: int = 0
    lost: tuple[LostCall, ...] = field(default=(), compare=False)


def promote_orphans(store: Store, now: datetime, lost_after: timedelta) -> Orphans:
    """Turn every checkpoint with a heartbeat older than ``lost_after`` into a document.

    Raises ``TransientFailure`` when the store is unavailable; the next sweep does the rest.
    """
    lost: list[LostCall] = []
    settled = (_settled(store, stored.key, now, lost_after, lost) for stored in store.list(CHECKPOINTS))
    counts = Counter(counted for counted in settled if counted)
    return Orphans(**counts, lost=tuple(lost))


def live_calls(store: Store, now: datetime, lost_after: timedelta) -> int:
    """Count the calls under way: checkpoints with a heartbeat no older than ``lost_after``."""
    found = (_read(store, stored.key) for stored in store.list(CHECKPOINTS))
    return sum(1 for one in found if one and one[1] and heartbeat_of(one[1], one[0]) >= now - lost_after)


def heartbeat_of(document: Raw, stored: StoredObject) -> datetime:
    """Return the last time the call was known to be live; without a readable heartbeat, when the checkpoint was written."""
    try:
        return read_moment(document[_BEAT]).astimezone(UTC)
    except (KeyError, TypeError, ValueError, OverflowError):
        return stored.last_modified


def _settled(store: Store, key: str, now: datetime, lost_after: timedelta, lost: list[LostCall]) -> str | None:
    """Promote or remove one checkpoint and return which field of ``Orphans`` counts it; None when it changed meanwhile.

    A promoted call is added to ``lost``.
    """
    found = _read(store, key)
    if found is None:
        return None
    seen, document, body = found
    if (heartbeat_of(document, seen) if document else seen.last_modified) >= now - lost_after:
        return "live" if document else None
    counted = _promoted(store, document, now) if document else _quarantine(store, key, body, now)
    if document and counted == "promoted" and document.get("test_call") is not True:
        identity = identity_of(document)
        lost.append(LostCall(identity.session_id, identity.start_time, heartbeat_of(document, seen)))
    return counted if _removed(store, seen) else None


def _read(store: Store, key: str) -> tuple[StoredObject, Raw | None, bytes] | None:
    try:
        seen, body = store.get_described(key)
    except KeyError:
        return None
    try:
        document = parsed(decompressed(body))
        identity_of(document)
    except Rejected:
        return seen, None, body
    return seen, document, body


def _promoted(store: Store, document: Raw, now: datetime) -> str:
    """Store the document unless the call has one already, which is complete; a document of another call does not count."""
    fields = {name: value for name, value in document.items() if name != _BEAT} | {"complete": False}
    identity = identity_of(fields)
    if stored := _stored(store, identity):
        if not stored.is_another_call(identity):
            return "removed"
        fields["session_id"] = id_with_start(identity.session_id, identity.start_time)
    outcome = deliver(store, text_of(fields), now=now).outcome
    log.warning("%s was lost with its machine; the document of its last checkpoint is %s", identity.session_id, outcome)
    return "promoted" if outcome in (DeliveryOutcome.STORED, DeliveryOutcome.REPLACED) else "removed"


def _stored(store: Store, identity: SessionIdentity) -> SessionIdentity | None:
    """Return the identity of the document at the call's own key; None when there is no readable one."""
    try:
        return peek_identity(store.get(identity.key))
    except (KeyError, Rejected):
        return None


def _quarantine(store: Store, key: str, body: bytes, now: datetime) -> str:
    """Quarantine a checkpoint that names no call, byte for byte and with its reason."""
    delivery = deliver(store, body, now=now)
    log.error("The checkpoint of %s is broken (%s): see rejected_sessions.", session_in_key(key), delivery.reason)
    return "broken"


def _removed(store: Store, seen: StoredObject) -> bool:
    """Remove exactly the checkpoint that was read: a newer one means that the call is still live."""
    try:
        if store.head(seen.key).e_tag != seen.e_tag:
            return False
    except KeyError:
        return True
    store.delete(seen.key)
    return True
