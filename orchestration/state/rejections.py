"""Quarantine rejected documents: record their typed reasons and their copies under ``rejected/``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, select, update

from contract.document.keys import REJECTED
from contract.platform.batching import batches
from contract.rejections import RejectionReason
from orchestration.state.counters import next_value
from orchestration.state.database import insert_or_ignore, upsert
from orchestration.state.recent_calls import WatchedCall, record_failed_calls
from orchestration.state.tables import COPIES, DOCUMENTS, FAILED_REDOS, REJECTIONS

_AT_ONCE = 500  # keys in one statement: SQLite takes 32,766 bound values


@dataclass(frozen=True)
class Rejection:
    """One document that could not be used, with what a person needs to fix it."""

    store_key: str
    session_id: str | None
    reason: RejectionReason
    detail: str
    doc_sha: str
    size_bytes: int


@dataclass(frozen=True)
class ReasonCount:
    """Documents of one reason, and what to do about them."""

    reason: str
    documents: int
    remedy: str


def record_rejected(connection: Connection, rejections: Iterable[Rejection], now: datetime) -> None:
    """Mark claimed documents as rejected, with typed reasons; the copy under ``rejected/`` is made afterwards (``uncopied``)."""
    seq = next_value(connection, "change")
    rows = [
        {
            "store_key": r.store_key,
            "session_id": r.session_id,
            "reason": r.reason.value,
            "detail": r.detail,
            "remedy": r.reason.remedy,
            "doc_sha": r.doc_sha,
            "size_bytes": r.size_bytes,
            "rejected_at": now,
            "copied": r.store_key.startswith(f"{REJECTED}/"),
        }
        for r in rejections
    ]
    if not rows:
        return
    upsert(connection, REJECTIONS, rows)
    record_failed_calls(connection, _recent(connection, rows, now), now)
    still_claimed = (DOCUMENTS.c.store_key == bindparam("key")) & (DOCUMENTS.c.state == "claimed")
    rejected = {"state": "rejected", "run_id": None, "doc_sha": bindparam("sha"), "change_seq": seq}
    keys = [{"key": row["store_key"], "sha": row["doc_sha"]} for row in rows]
    connection.execute(update(DOCUMENTS).where(still_claimed).values(rejected), keys)
    connection.execute(delete(FAILED_REDOS).where(FAILED_REDOS.c.store_key == bindparam("key")), [{"key": k["key"]} for k in keys])


def _recent(connection: Connection, rows: Sequence[Mapping[str, Any]], now: datetime) -> list[WatchedCall]:
    """Return what alert rules look at of rejected documents, which happened when they came into the store."""
    received: dict[str, datetime] = {}
    for keys in batches([row["store_key"] for row in rows], _AT_ONCE):
        query = select(DOCUMENTS.c.store_key, DOCUMENTS.c.received_at).where(DOCUMENTS.c.store_key.in_(keys))
        received.update(connection.execute(query).tuples().all())
    return [
        WatchedCall(row["store_key"], "rejected", now, received.get(row["store_key"], now), None, failed=None, reason=row["reason"])
        for row in rows
    ]


def uncopied(connection: Connection) -> list[Row[tuple[str, str]]]:
    """Return rejected documents that still lack their copy, as (store_key, doc_sha)."""
    return list(connection.execute(select(REJECTIONS.c.store_key, REJECTIONS.c.doc_sha).where(~REJECTIONS.c.copied)))


def mark_copied(connection: Connection, entries: Sequence[Row[tuple[str, str]]]) -> None:
    """Record that the copies of these (store_key, doc_sha) exist; each is recognised as one even after its document was fixed."""
    insert_or_ignore(connection, COPIES, [{"doc_sha": entry.doc_sha} for entry in entries])
    keys = [entry.store_key for entry in entries]
    connection.execute(update(REJECTIONS).where(REJECTIONS.c.store_key.in_(keys)).values(copied=True))


def replay_rejected(connection: Connection, reason: str | None = None) -> int:
    """Make rejected documents pending again, all or those of one reason; return their number."""
    wanted = select(REJECTIONS.c.store_key)
    if reason is not None:
        wanted = wanted.where(REJECTIONS.c.reason == reason)
    pending_again = update(DOCUMENTS).where(DOCUMENTS.c.state == "rejected", DOCUMENTS.c.store_key.in_(wanted))
    return connection.execute(pending_again.values(state="discovered", change_seq=next_value(connection, "change"))).rowcount
