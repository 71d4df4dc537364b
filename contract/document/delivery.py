"""Delivering a document as the agent does: to the key it names, once, and never over a better one.

Every step either creates an object that was not there or replaces exactly the one that was looked at, so a delivery may be killed
anywhere and run again, or run twice at once: the store ends the same. The document goes first and its start marker second, so that
no marker ever stands for a call that is not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

import orjson

from contract.document.consent import refused, without_words
from contract.document.delivery_paths import MAX_READ_BYTES, MAX_STORED_ASIDE_BYTES, documents_under, streamed_sha
from contract.document.identity import SessionIdentity
from contract.document.keys import rejected_key, start_key
from contract.document.parsing import text_of
from contract.document.stored_document import StoredDocument
from contract.platform.failures import TransientFailure
from contract.platform.store import Store, StoredObject
from contract.platform.times import moment_text
from contract.rejections import Rejected, RejectionReason

_ATTEMPTS = 10  # looks before giving up: each needs another writer at the very moment


class DeliveryOutcome(StrEnum):
    """``unkeyable``, ``rejected`` (unusable, and its key is taken) and ``collision`` lie under ``rejected/``; ``superseded`` and
    ``unreadable`` were not stored.
    """

    STORED = "stored"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"
    SUPERSEDED = "superseded"
    REJECTED = "rejected"
    COLLISION = "collision"
    UNKEYABLE = "unkeyable"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one document: ``key`` is where it lies now, None when it was not stored. ``source`` is the file, if any."""

    outcome: DeliveryOutcome
    key: str | None
    session_id: str | None = None
    reason: RejectionReason | None = None
    detail: str = ""
    source: str | None = None


def deliver(store: Store, body: bytes, *, now: datetime) -> Delivery:
    """Put one document where it belongs. What cannot be keyed goes to ``rejected/`` byte for byte; what is keyable but otherwise
    wrong is stored at its key, and reading it gives the reason. The bytes are stored as given, packed if they were not; only a
    caller's refusal changes them: words not to be kept are not stored in the first place.
    """
    arriving = to_store = StoredDocument(body, now)
    try:
        document = arriving.upcast
        if refused(document):
            to_store = StoredDocument(text_of(without_words(document)), now)
        identity = arriving.identity
    except Rejected as rejected:
        return _quarantine(store, to_store.body, DeliveryOutcome.UNKEYABLE, rejected)
    for _ in range(_ATTEMPTS):
        delivery = _try_once(store, to_store, identity, now)
        if delivery is not None:
            if delivery.key == identity.key:
                _complete_start(store, identity)
            return delivery
    raise TransientFailure(f"Others keep writing {identity.key}.", "Stop the other deliveries and run again.")


def deliver_paths(store: Store, paths: Iterable[Path], *, now: datetime) -> Iterator[Delivery]:
    """Deliver files, and every ``.json`` and ``.json.gz`` of folders, in sorted order; a file that cannot be read stops nothing."""
    for path in documents_under(paths):
        try:
            delivery = _deliver_file(store, path, now)
        except OSError as error:
            delivery = Delivery(
                DeliveryOutcome.UNREADABLE, None, detail=f"{type(error).__name__}: check that the file is there and readable"
            )
        yield replace(delivery, source=str(path))


def _deliver_file(store: Store, path: Path, now: datetime) -> Delivery:
    size = path.stat().st_size
    if size <= MAX_READ_BYTES:
        return deliver(store, path.read_bytes(), now=now)
    key = rejected_key(streamed_sha(path))
    detail = f"the file has {size} bytes"
    if size > MAX_STORED_ASIDE_BYTES:
        return Delivery(DeliveryOutcome.UNKEYABLE, None, None, RejectionReason.TOO_LARGE, f"{detail}, too many even to set aside")
    store.put_file(key, path)
    return Delivery(DeliveryOutcome.UNKEYABLE, key, None, RejectionReason.TOO_LARGE, detail)


def _try_once(store: Store, arriving: StoredDocument, identity: SessionIdentity, now: datetime) -> Delivery | None:
    """One look and one write; None when another writer came between the two."""
    if store.put_if_absent(identity.key, arriving.packed):
        return Delivery(DeliveryOutcome.STORED, identity.key, identity.session_id)
    try:
        seen, body = store.get_described(identity.key)
    except KeyError:
        return None
    existing = StoredDocument(body, now)
    if existing.content == arriving.content:
        return Delivery(DeliveryOutcome.UNCHANGED, identity.key, identity.session_id)
    if fault := arriving.fault:
        return _quarantine(store, arriving.packed, DeliveryOutcome.REJECTED, fault)
    match _compared(existing, identity):
        case DeliveryOutcome.REPLACED:
            return _replace(store, identity, arriving.packed, seen, existing)
        case DeliveryOutcome.SUPERSEDED:
            return Delivery(
                DeliveryOutcome.SUPERSEDED, None, identity.session_id, detail="a later document of this session is stored"
            )
        case outcome:
            detail = f"another document has this session_id at revision {identity.revision}"
            return _quarantine(store, arriving.packed, outcome, Rejected(RejectionReason.COLLISION, detail, identity.session_id))


def _compared(existing: StoredDocument, arriving: SessionIdentity) -> DeliveryOutcome:
    """What a usable arriving document is to the different one at its key: better, older, or of another call."""
    if existing.fault:
        return DeliveryOutcome.REPLACED
    stored = existing.identity
    if arriving.revision != stored.revision:
        return DeliveryOutcome.REPLACED if arriving.revision > stored.revision else DeliveryOutcome.SUPERSEDED
    if arriving.complete == stored.complete or arriving.is_another_call(stored):
        return DeliveryOutcome.COLLISION
    return DeliveryOutcome.REPLACED if arriving.complete else DeliveryOutcome.SUPERSEDED


def _replace(
    store: Store, identity: SessionIdentity, packed: bytes, seen: StoredObject, existing: StoredDocument
) -> Delivery | None:
    """Replace what was seen. An unusable document that yields is kept under ``rejected/``: nothing unread is ever dropped."""
    if existing.fault:
        store.put_if_absent(rejected_key(sha256(existing.body).hexdigest()), existing.body)
    replaced = store.replace(identity.key, packed, seen)
    return Delivery(DeliveryOutcome.REPLACED, identity.key, identity.session_id) if replaced else None


def _quarantine(store: Store, body: bytes, outcome: DeliveryOutcome, rejected: Rejected) -> Delivery:
    key = rejected_key(sha256(body).hexdigest())
    store.put_if_absent(key, body)
    return Delivery(outcome, key, rejected.session_id, rejected.reason, rejected.detail)


def _complete_start(store: Store, identity: SessionIdentity) -> None:
    mark_start(
        store, identity.session_id, identity.start_time, identity.agent_version, identity.participant_id, identity.session_id
    )


def mark_start(
    store: Store, session_id: str, start_time: datetime, agent_version: str | None, participant_id: str | None, room: str
) -> None:
    """The marker an agent writes when a call starts; for a delivered document it only completes the picture."""
    marker = {
        "session_id": session_id,
        "start_time": moment_text(start_time),
        "agent_version": agent_version,
        "participant_id": participant_id,
        "room": room,
    }
    store.put_if_absent(start_key(session_id, start_time), orjson.dumps(marker))
