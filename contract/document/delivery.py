"""Delivering a document as the agent does: to the key it names, once, and never over a better one.

Every step either creates an object that was not there or replaces exactly the one that was looked at, so a delivery may be killed
anywhere and run again, or run twice at once: the store ends the same. The document goes first and its start marker second, so that
no marker ever stands for a call that is not there.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

import orjson

from contract.document.consent import refused, without_words
from contract.document.decompression import decompressed, is_gzip
from contract.document.delivery_paths import MAX_READ_BYTES, MAX_STORED_ASIDE_BYTES, documents_under, streamed_sha
from contract.document.identity import SessionIdentity, brought_up, identity_of, peek_identity
from contract.document.keys import rejected_key, start_key
from contract.document.parsing import parsed, text_of
from contract.platform.failures import TransientFailure
from contract.platform.store import Store, StoredObject
from contract.reading import read_document
from contract.rejections import Rejected, RejectionReason

_LEVEL = 6
_ATTEMPTS = 10


class Outcome(StrEnum):
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

    outcome: Outcome
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
    kept = body
    try:
        document = brought_up(parsed(decompressed(body)))
        kept = text_of(without_words(document)) if refused(document) else body
        identity = identity_of(document)
    except Rejected as rejected:
        return _set_aside(store, kept, Outcome.UNKEYABLE, rejected)
    for _ in range(_ATTEMPTS):
        delivery = _try_once(store, kept, identity, now)
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
                Outcome.UNREADABLE, None, detail=f"{type(error).__name__}: check that the file is there and readable"
            )
        yield replace(delivery, source=str(path))


def _deliver_file(store: Store, path: Path, now: datetime) -> Delivery:
    size = path.stat().st_size
    if size <= MAX_READ_BYTES:
        return deliver(store, path.read_bytes(), now=now)
    key = rejected_key(streamed_sha(path))
    detail = f"the file has {size} bytes"
    if size > MAX_STORED_ASIDE_BYTES:
        return Delivery(Outcome.UNKEYABLE, None, None, RejectionReason.TOO_LARGE, f"{detail}, too many even to set aside")
    store.put_file(key, path)
    return Delivery(Outcome.UNKEYABLE, key, None, RejectionReason.TOO_LARGE, detail)


def _try_once(store: Store, body: bytes, identity: SessionIdentity, now: datetime) -> Delivery | None:
    """One look and one write; None when another writer came between the two."""
    packed = body if is_gzip(body) else gzip.compress(body, _LEVEL, mtime=0)
    if store.put_if_absent(identity.key, packed):
        return Delivery(Outcome.STORED, identity.key, identity.session_id)
    try:
        seen, existing = store.get_described(identity.key)
    except KeyError:
        return None
    if _content(existing) == _content(body):
        return Delivery(Outcome.UNCHANGED, identity.key, identity.session_id)
    if fault := _fault(body, now):
        return _set_aside(store, packed, Outcome.REJECTED, fault)
    match _compared(existing, identity, now):
        case Outcome.REPLACED:
            return _replace(store, identity, packed, seen, existing, now)
        case Outcome.SUPERSEDED:
            return Delivery(Outcome.SUPERSEDED, None, identity.session_id, detail="a later document of this session is stored")
        case outcome:
            detail = f"another document has this session_id at revision {identity.revision}"
            return _set_aside(store, packed, outcome, Rejected(RejectionReason.COLLISION, detail, identity.session_id))


def _compared(existing: bytes, arriving: SessionIdentity, now: datetime) -> Outcome:
    """What a usable arriving document is to the different one at its key: better, older, or of another call."""
    if _fault(existing, now):
        return Outcome.REPLACED
    stored = peek_identity(existing)
    if arriving.revision != stored.revision:
        return Outcome.REPLACED if arriving.revision > stored.revision else Outcome.SUPERSEDED
    if arriving.complete == stored.complete or arriving.is_another_call(stored):
        return Outcome.COLLISION
    return Outcome.REPLACED if arriving.complete else Outcome.SUPERSEDED


def _replace(
    store: Store, identity: SessionIdentity, packed: bytes, seen: StoredObject, existing: bytes, now: datetime
) -> Delivery | None:
    """Replace what was seen. An unusable document that yields is kept under ``rejected/``: nothing unread is ever dropped."""
    if _fault(existing, now):
        store.put_if_absent(rejected_key(sha256(existing).hexdigest()), existing)
    replaced = store.replace(identity.key, packed, seen)
    return Delivery(Outcome.REPLACED, identity.key, identity.session_id) if replaced else None


def _content(body: bytes) -> bytes:
    """What the writer said, whatever the gzip level and the order of keys; the bytes themselves when that cannot be told."""
    try:
        return orjson.dumps(parsed(decompressed(body)), option=orjson.OPT_SORT_KEYS)
    except (Rejected, TypeError):
        return body


def _fault(body: bytes, now: datetime) -> Rejected | None:
    """Why a document cannot be used, or None when it can."""
    try:
        read_document(body, now=now)
    except Rejected as rejected:
        return rejected
    return None


def _set_aside(store: Store, body: bytes, outcome: Outcome, rejected: Rejected) -> Delivery:
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
        "start_time": start_time.isoformat().replace("+00:00", "Z"),
        "agent_version": agent_version,
        "participant_id": participant_id,
        "room": room,
    }
    store.put_if_absent(start_key(session_id, start_time), orjson.dumps(marker))
