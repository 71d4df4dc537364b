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
from itertools import groupby
from pathlib import Path

import orjson

from contract.document.consent import refused, without_words
from contract.document.delivery_paths import MAX_READ_BYTES, MAX_STORED_ASIDE_BYTES, documents_under, streamed_sha
from contract.document.identity import SessionIdentity
from contract.document.keys import rejected_key, start_key
from contract.document.leniency import full_offsets
from contract.document.parsing import text_of
from contract.document.stored_document import StoredDocument
from contract.platform.failures import TransientFailure
from contract.platform.read_ahead import read_ahead
from contract.platform.store import Store, StoredObject
from contract.platform.times import moment_text
from contract.rejections import Rejected, RejectionReason

_ATTEMPTS = 10  # looks before giving up: each needs another writer at the very moment
_WRITERS = 8  # threads that pack and store: of an object store the latency counts, of a folder two would do
_ALONE_BYTES = 2**20
"""Bytes of a document, unpacked, from which it is delivered by itself: few large ones are then in memory. A call has 10 KB."""


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
    return _deliver(store, StoredDocument(body, now), now)


def _deliver(store: Store, arriving: StoredDocument, now: datetime) -> Delivery:
    to_store = arriving
    try:
        document = arriving.upcast
        if refused(document):
            to_store = StoredDocument(text_of(without_words(full_offsets(document))), now)
        identity = arriving.identity
    except Rejected as rejected:
        return _quarantine(store, to_store.body, DeliveryOutcome.UNKEYABLE, rejected)
    packed = to_store.packed
    for _ in range(_ATTEMPTS):
        delivery = _try_once(store, to_store, packed, identity, now)
        if delivery is not None:
            if delivery.key == identity.key:
                _complete_start(store, identity)
            return delivery
    raise TransientFailure(f"Others keep writing {identity.key}.", "Stop the other deliveries and run again.")


def deliver_paths(store: Store, paths: Iterable[Path], *, now: datetime) -> Iterator[Delivery]:
    """Deliver files, and every ``.json`` and ``.json.gz`` of folders, in sorted order; a file that cannot be read stops nothing.

    Several are packed and stored at once, those of one call one after the other, so each outcome is that of delivering in order.
    """
    files = (_read(store, path, now) for path in documents_under(paths))
    for alone, some in groupby(files, lambda file: file.goes_alone):
        yield from read_ahead(lambda file: _stored(store, file, now), some, 1 if alone else _WRITERS, turn=lambda file: file.turn)


@dataclass(frozen=True, slots=True)
class _File:
    """A file with the document in it, or with what became of it when it could not be read or holds none."""

    path: Path
    content: StoredDocument | Delivery

    @property
    def goes_alone(self) -> bool:
        return isinstance(self.content, StoredDocument) and self.content.size_bytes >= _ALONE_BYTES

    @property
    def turn(self) -> str:
        return self.content.turn if isinstance(self.content, StoredDocument) else ""


def _read(store: Store, path: Path, now: datetime) -> _File:
    try:
        size = path.stat().st_size
        return _File(path, StoredDocument(path.read_bytes(), now) if size <= MAX_READ_BYTES else _reject_unread(store, path, size))
    except OSError as error:
        problem = f"{type(error).__name__}: check that the file is there and readable"
        return _File(path, Delivery(DeliveryOutcome.UNREADABLE, None, detail=problem))


def _stored(store: Store, file: _File, now: datetime) -> Delivery:
    delivery = file.content if isinstance(file.content, Delivery) else _deliver(store, file.content, now)
    return replace(delivery, source=str(file.path))


def _reject_unread(store: Store, path: Path, size: int) -> Delivery:
    key = rejected_key(streamed_sha(path))
    detail = f"the file has {size} bytes"
    if size > MAX_STORED_ASIDE_BYTES:
        return Delivery(DeliveryOutcome.UNKEYABLE, None, None, RejectionReason.TOO_LARGE, f"{detail}, too many even to set aside")
    store.put_file(key, path)
    return Delivery(DeliveryOutcome.UNKEYABLE, key, None, RejectionReason.TOO_LARGE, detail)


def _try_once(store: Store, arriving: StoredDocument, packed: bytes, identity: SessionIdentity, now: datetime) -> Delivery | None:
    """One look and one write; None when another writer came between the two."""
    key = identity.key
    if store.put_if_absent(key, packed):
        return Delivery(DeliveryOutcome.STORED, key, identity.session_id)
    try:
        seen, body = store.get_described(key)
    except KeyError:
        return None
    existing = StoredDocument(body, now)
    if existing.content == arriving.content:
        return Delivery(DeliveryOutcome.UNCHANGED, key, identity.session_id)
    if fault := arriving.fault:
        return _quarantine(store, packed, DeliveryOutcome.REJECTED, fault)
    match _compared(existing, identity):
        case DeliveryOutcome.REPLACED:
            return _replace(store, identity, packed, seen, existing)
        case DeliveryOutcome.SUPERSEDED:
            return Delivery(
                DeliveryOutcome.SUPERSEDED, None, identity.session_id, detail="a later document of this session is stored"
            )
        case outcome:
            detail = f"another document has this session_id at revision {identity.revision}"
            return _quarantine(store, packed, outcome, Rejected(RejectionReason.COLLISION, detail, identity.session_id))


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
