"""Read claimed documents: each becomes a lake row or a typed rejection, and one bad document never stops the rest.

Threads fetch, one thread reads. A process to read in takes 0.46 s to start and an ordinary document 0.23 ms to read, so two of them
would pay from 4,000 documents on; a batch has 500 (``VOICE_BATCH_SESSIONS``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Row

from contract.document.canonical import canonical_json
from contract.document.decompression import MAX_STORED_BYTES
from contract.document.keys import REJECTED, check_key, day_of, rejected_key
from contract.document.session import SessionDocument
from contract.platform.batching import batches
from contract.platform.read_ahead import read_ahead
from contract.platform.store import Store
from contract.reading import read_document
from contract.rejections import Rejected, RejectionReason
from orchestration.intake.lead_identity import lead_identity
from orchestration.state.claims import unclaim
from orchestration.state.database import StateDatabase
from orchestration.state.documents import (
    AT_ONCE,
    Accepted,
    accepted_of_sessions,
    documents_of,
    record_accepted,
    record_unchanged,
)
from orchestration.state.rejections import Rejection, mark_copied, record_rejected, uncopied

BATCH_BYTES = 64 * 2**20
"""Bytes of documents in one batch: it bounds the memory of a run, whose reports are larger still."""
_READERS = 8
"""Threads that fetch documents while one is read: of an object store the latency counts, of a folder two would do."""
_FETCHED_TOGETHER = 16
"""Documents that a thread fetches for one hand-over, which takes as long as reading a small file; fewer in a small batch."""
_FETCHED_BYTES = 2**20
"""Bytes of such a portion, unless one document is larger: with twice as many portions as threads it bounds what waits in memory."""


@dataclass
class ReadBatch:
    """The result of reading claimed keys: lake rows, rejections, keys with nothing new, and keys left for the next run."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    accepted: list[Accepted] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    size_bytes: int = 0


@dataclass(frozen=True)
class _Fetched:
    entry: Row[Any]
    body: bytes | None


def read_batch(
    store: Store,
    state: StateDatabase,
    run_id: str,
    store_keys: Sequence[str],
    analysis_seq: int,
    now: datetime,
    secret: bytes,
    *,
    redo: bool = False,
    progress: Callable[[int], None] = lambda done: None,
) -> ReadBatch:
    """Read and validate documents and record them in the ledger. With ``redo`` unchanged documents are analysed again too."""
    with state.reading() as connection:
        entries = documents_of(connection, store_keys)
    batch = ReadBatch()
    for fetched in _fetch(store, [entries[key] for key in store_keys]):
        if batch.size_bytes > BATCH_BYTES:
            batch.left.append(fetched.entry.store_key)
            continue
        _take(batch, fetched, analysis_seq, now, secret, redo)
        progress(1)
    _reject_collisions(state, batch)
    with state.writing() as connection:
        record_accepted(connection, batch.accepted)
        record_rejected(connection, batch.rejections, now)
        record_unchanged(connection, run_id, batch.unchanged)
        unclaim(connection, run_id, batch.left)
    copy_rejected(store, state)
    return batch


def copy_rejected(store: Store, state: StateDatabase) -> int:
    """Copy each rejected document to ``rejected/``, also those a crash left without a copy; return the number of copies.

    A portion is recorded when all of it is copied; copying an object again changes nothing.
    """

    def copy(entry: Row[tuple[str, str]]) -> None:
        with suppress(KeyError):  # an object that was deleted keeps its reason but has nothing to copy
            store.copy(entry.store_key, rejected_key(entry.doc_sha))

    with state.reading() as connection:
        waiting = uncopied(connection)
    for portion in batches(waiting, AT_ONCE):
        for _ in read_ahead(copy, portion, _READERS):
            pass
        with state.writing() as connection:
            mark_copied(connection, portion)
    return len(waiting)


def _fetch(store: Store, entries: Sequence[Row[Any]]) -> Iterator[_Fetched]:
    """Yield bodies in order, some read ahead: empty when the object was deleted, None when it is larger than a document can be."""

    def body_of(entry: Row[Any]) -> _Fetched:
        if entry.size_bytes > MAX_STORED_BYTES:
            return _Fetched(entry, None)
        try:
            return _Fetched(entry, store.get(entry.store_key))
        except KeyError:
            return _Fetched(entry, b"")

    together = min(_FETCHED_TOGETHER, -(-len(entries) // _READERS))
    portions = batches(entries, together, size=lambda entry: entry.size_bytes, max_size=_FETCHED_BYTES)
    for portion in read_ahead(lambda portion: [body_of(entry) for entry in portion], portions, _READERS):
        yield from portion


def _take(batch: ReadBatch, fetched: _Fetched, analysis_seq: int, now: datetime, secret: bytes, redo: bool) -> None:
    entry, body = fetched.entry, fetched.body
    try:
        document = _document(entry, body, now)
    except Rejected as rejected:
        sha = sha256(body).hexdigest() if body else sha256(f"{entry.store_key} {entry.e_tag}".encode()).hexdigest()
        session_id = rejected.session_id or entry.session_id
        batch.rejections.append(Rejection(entry.store_key, session_id, rejected.reason, rejected.detail, sha, entry.size_bytes))
        return
    content = canonical_json(document)
    doc_sha = sha256(content).hexdigest()
    if doc_sha == entry.analysed_sha and not redo:
        batch.unchanged.append(entry.store_key)
        return
    batch.accepted.append(_accepted(entry.store_key, document, doc_sha))
    row = document_row(document, content, doc_sha, entry, analysis_seq, secret)
    batch.size_bytes += len(row["document"])
    batch.rows.append(row)


def _document(entry: Row[Any], body: bytes | None, now: datetime) -> SessionDocument:
    check_key(entry.store_key)
    if body is None:
        raise Rejected(RejectionReason.TOO_LARGE, f"stored size is {entry.size_bytes} bytes, at most {MAX_STORED_BYTES} are read")
    quarantined = entry.store_key.startswith(f"{REJECTED}/")
    document = read_document(body, now=now, key=None if quarantined else entry.store_key)
    if quarantined:
        raise Rejected(RejectionReason.COLLISION, "delivery found another document under the same session_id", document.session_id)
    return document


def _accepted(store_key: str, document: SessionDocument, doc_sha: str) -> Accepted:
    return Accepted(
        store_key,
        document.session_id,
        day_of(document.start_time),
        doc_sha,
        document.revision,
        document.complete,
        document.test_call,
        document.participant_id,
        document.start_time,
    )


def document_row(
    document: SessionDocument, content: bytes, doc_sha: str, entry: Any, analysis_seq: int, secret: bytes
) -> dict[str, Any]:
    """Return the row of ``lake/session_documents``; ``content`` is the document's canonical JSON and ``doc_sha`` its SHA-256."""
    lead = lead_identity(document, secret)
    return {
        "session_id": document.session_id,
        "revision": document.revision,
        "complete": document.complete,
        "test_call": document.test_call,
        "doc_sha": doc_sha,
        "analysis_seq": analysis_seq,
        "store_key": entry.store_key,
        "received_at": entry.received_at,
        "lead_key": lead.key,
        "lead_email": lead.email,
        "lead_name": lead.name,
        "document": content.decode(),
    }


def _reject_collisions(state: StateDatabase, batch: ReadBatch) -> None:
    """Reject a second call: the same session id with another participant or start, at the same revision."""
    with state.reading() as connection:
        known = accepted_of_sessions(connection, [a.session_id for a in batch.accepted])
    seen: dict[tuple[str, int], list[Any]] = {}
    for entry in known:
        seen.setdefault((entry.session_id, entry.revision), []).append(entry)
    for accepted in sorted(batch.accepted, key=lambda a: (a.session_id, a.revision, a.store_key)):
        others = seen.setdefault((accepted.session_id, accepted.revision), [])
        if any(_another_call(accepted, other) for other in others):
            detail = f"another participant or start has this session_id at revision {accepted.revision}"
            batch.rejections.append(
                Rejection(accepted.store_key, accepted.session_id, RejectionReason.COLLISION, detail, accepted.doc_sha, 0)
            )
        else:
            others.append(accepted)
    rejected = {r.store_key for r in batch.rejections}
    batch.accepted = [a for a in batch.accepted if a.store_key not in rejected]
    batch.rows = [row for row in batch.rows if row["store_key"] not in rejected]


def _another_call(one: Accepted, other: Any) -> bool:
    strangers = one.participant_id and other.participant_id and one.participant_id != other.participant_id
    return bool(strangers) or one.start_time != other.start_time
