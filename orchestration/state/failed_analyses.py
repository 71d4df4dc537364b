"""Record calls whose analysis failed: one that was analysed before keeps that analysis, any other is rejected.

A document is rejected only when nothing of it can be used. Before, a call that failed while it was redone had a rejection and a
copy under ``rejected/`` although its earlier analysis was still published.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select, update

from contract.platform.batching import batches
from contract.rejections import RejectionReason
from orchestration.state.counters import next_value
from orchestration.state.documents import AT_ONCE, documents_of
from orchestration.state.rejections import ReasonCount, Rejection, record_rejected
from orchestration.state.tables import DOCUMENTS, FAILED_REDOS

REMEDY = "Report the analyzer's error; run 'voice backfill --failed' over its day after the upgrade that mends it."
"""What to do about a call that keeps its earlier analysis."""
SAMPLE = 20
"""Failed calls that a command names, as many as a check of the data does."""


@dataclass(frozen=True)
class FailedRedo:
    """A call whose latest analysis failed and whose earlier one is kept; ``detail`` is free of personal data."""

    session_id: str
    reason: str
    detail: str


@dataclass(frozen=True)
class FailedDocuments:
    """Keys of documents that failed, by what became of them; those that another run has claimed are in neither."""

    kept: list[str]
    rejected: list[str]


def record_failed(connection: Connection, run_id: str, failures: Mapping[str, str], now: datetime) -> FailedDocuments:
    """Record the documents (key to detail) whose analysis failed in this run.

    A document of which this very content was analysed before is ``analysed`` as before, and its failure is kept apart until an
    analysis of it succeeds. Any other is rejected; its copy is to be made afterwards.
    """
    entries = documents_of(connection, list(failures)).values()
    own = [e for e in entries if e.state == "analysed" or (e.state == "claimed" and e.run_id == run_id)]
    kept = [e.store_key for e in own if e.analysed_sha is not None and e.analysed_sha == e.doc_sha]
    rejected = [e for e in own if e.store_key not in set(kept)]
    if kept:
        _keep_analyses(connection, run_id, {key: failures[key] for key in kept}, now)
    if rejected:
        record_rejected(connection, [failed_rejection(e, failures[e.store_key]) for e in rejected], now)
    return FailedDocuments(kept, [e.store_key for e in rejected])


def failed_redos(connection: Connection, run_ids: Collection[str]) -> list[FailedRedo]:
    """Return calls that failed in these runs and have not been analysed since, ``SAMPLE`` at most, by session."""
    f = FAILED_REDOS.c
    query = select(DOCUMENTS.c.session_id, f.reason, f.detail).join(DOCUMENTS, DOCUMENTS.c.store_key == f.store_key)
    found = connection.execute(query.where(f.run_id.in_(run_ids)).order_by(DOCUMENTS.c.session_id).limit(SAMPLE))
    return [FailedRedo(*row) for row in found]


def count_failed_redos(connection: Connection) -> tuple[ReasonCount, ...]:
    """Count the calls that keep an earlier analysis because a later one failed, by reason."""
    f = FAILED_REDOS.c
    query = select(f.reason, func.count()).group_by(f.reason).order_by(func.count().desc(), f.reason)
    return tuple(ReasonCount(reason, documents, REMEDY) for reason, documents in connection.execute(query).tuples())


def _keep_analyses(connection: Connection, run_id: str, failures: Mapping[str, str], now: datetime) -> None:
    f, c = FAILED_REDOS.c, DOCUMENTS.c
    reason = RejectionReason.ANALYSIS_FAILED.value
    seq = next_value(connection, "change")
    for keys in batches(list(failures), AT_ONCE):
        connection.execute(delete(FAILED_REDOS).where(f.store_key.in_(keys)))
        claimed = c.store_key.in_(keys) & (c.state == "claimed")
        connection.execute(update(DOCUMENTS).where(claimed).values(state="analysed", change_seq=seq))
    rows = [
        {"store_key": key, "reason": reason, "detail": detail, "run_id": run_id, "failed_at": now}
        for key, detail in failures.items()
    ]
    connection.execute(FAILED_REDOS.insert(), rows)


def failed_rejection(entry: Row[Any], detail: str) -> Rejection:
    """Return the rejection of a document of the ledger whose analysis failed; its key is hashed where it was never read so far."""
    doc_sha = entry.doc_sha or sha256(f"{entry.store_key} {entry.e_tag}".encode()).hexdigest()
    return Rejection(entry.store_key, entry.session_id, RejectionReason.ANALYSIS_FAILED, detail, doc_sha, entry.size_bytes)
