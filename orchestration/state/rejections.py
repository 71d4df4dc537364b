"""Quarantine rejected documents: record their typed reasons and their copies under ``rejected/``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.dialects.sqlite import insert

from contract.document.keys import REJECTED
from contract.rejections import RejectionReason
from orchestration.state.counters import next_value
from orchestration.state.tables import COPIES, DOCUMENTS, REJECTIONS


@dataclass(frozen=True)
class Rejection:
    """One document that could not be used, with what a person needs to fix it."""

    store_key: str
    session_id: str | None
    reason: RejectionReason
    detail: str
    doc_sha: str
    size_bytes: int


def record_rejected(connection: Connection, rejections: Iterable[Rejection], now: datetime) -> None:
    """Mark claimed documents as rejected, with typed reasons; the copy under ``rejected/`` is made afterwards (``uncopied``)."""
    seq = next_value(connection, "change")
    for r in rejections:
        row = {
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
        connection.execute(insert(REJECTIONS).values(row).on_conflict_do_update(index_elements=["store_key"], set_=row))
        state = {"state": "rejected", "run_id": None, "doc_sha": r.doc_sha, "change_seq": seq}
        still_claimed = (DOCUMENTS.c.store_key == r.store_key) & (DOCUMENTS.c.state == "claimed")
        connection.execute(update(DOCUMENTS).where(still_claimed).values(state))


def uncopied(connection: Connection) -> list[Row[tuple[str, str]]]:
    """Return rejected documents that still lack their copy, as (store_key, doc_sha)."""
    return list(connection.execute(select(REJECTIONS.c.store_key, REJECTIONS.c.doc_sha).where(~REJECTIONS.c.copied)))


def mark_copied(connection: Connection, store_key: str, doc_sha: str) -> None:
    """Record that the copy exists; it is recognised as a copy even after the document itself was fixed."""
    connection.execute(insert(COPIES).values(doc_sha=doc_sha).on_conflict_do_nothing())
    connection.execute(update(REJECTIONS).where(REJECTIONS.c.store_key == store_key).values(copied=True))


def replay_rejected(connection: Connection, reason: str | None = None) -> int:
    """Make rejected documents pending again, all or those of one reason; return their number."""
    wanted = select(REJECTIONS.c.store_key)
    if reason is not None:
        wanted = wanted.where(REJECTIONS.c.reason == reason)
    pending_again = update(DOCUMENTS).where(DOCUMENTS.c.state == "rejected", DOCUMENTS.c.store_key.in_(wanted))
    return connection.execute(pending_again.values(state="discovered", change_seq=next_value(connection, "change"))).rowcount
