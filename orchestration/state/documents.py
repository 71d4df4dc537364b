"""Keep the ledger of documents: every one received, with its state (received = analysed + rejected + pending).

``discovered -> claimed -> analysed | rejected``; a document whose bytes change is ``discovered`` again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, case, delete, func, or_, select, update

from contract.platform.batching import batches
from contract.platform.store import StoredObject
from orchestration.state.counters import next_value
from orchestration.state.database import upsert
from orchestration.state.tables import COPIES, DOCUMENTS, FAILED_REDOS, REJECTIONS

PENDING = ("discovered", "claimed")

READING_VERSION = 2
"""Increase it when reading makes other lake rows of the same bytes, and say in ``intake/outdated_readings`` which are affected."""
SUSPECT_FROM = 2
"""Runs that died with a document before it is taken apart: one death may be a restart of the machine."""
DEATHS_ALONE = 3
"""Runs that died with a document alone before it is rejected: what kills one process after another may be something else."""

AT_ONCE = 500
"""Keys in one statement: SQLite takes 32,766 bound values, and short transactions let readers through."""


@dataclass(frozen=True)
class Accepted:
    """The facts that reading a document adds to its row of the ledger."""

    store_key: str
    session_id: str
    day: date
    doc_sha: str
    revision: int
    complete: bool
    test_call: bool
    participant_id: str | None
    start_time: datetime


@dataclass(frozen=True)
class Received:
    """A listed object with the session id and day that its key contains."""

    stored: StoredObject
    session_id: str | None
    day: date | None


def record_received(connection: Connection, received: Sequence[Received], now: datetime) -> int:
    """Enter objects that are new or whose bytes may have changed; return the number that became pending."""
    known = _e_tags(connection, [r.stored.key for r in received])
    fresh = [r for r in received if known.get(r.stored.key) != r.stored.e_tag]
    if not fresh:
        return 0
    seq = next_value(connection, "change")
    rows = [
        {
            "store_key": r.stored.key,
            "session_id": r.session_id,
            "day": r.day,
            "state": "discovered",
            "e_tag": r.stored.e_tag,
            "size_bytes": r.stored.size,
            "received_at": r.stored.last_modified,
            "discovered_at": now,
            "dead_claims": 0,
            "died_alone": 0,
            "change_seq": seq,
        }
        for r in fresh
    ]
    renewed = ("state", "e_tag", "size_bytes", "received_at", "discovered_at", "dead_claims", "died_alone", "change_seq")
    upsert(connection, DOCUMENTS, rows, lambda new, _: {name: new[name] for name in renewed})
    return len(fresh)


def known_hashes(connection: Connection, hashes: Sequence[str]) -> set[str]:
    """Return those of the content hashes that the ledger already knows."""
    found: set[str] = set()
    for chunk in batches(hashes, AT_ONCE):
        for column in (DOCUMENTS.c.doc_sha, COPIES.c.doc_sha):
            found.update(connection.execute(select(column).where(column.in_(chunk))).scalars())
    return found


PendingDocument = Row[tuple[str, date | None, str | None, int, bool | None]]
"""``store_key``, ``day``, ``session_id``, ``size_bytes`` and ``hot``; day and session are null when the key does not say them."""


def pending_keys(connection: Connection, limit: int) -> list[PendingDocument]:
    """Return up to ``limit`` pending documents, known hot leads first, then the oldest.

    Those with which ``SUSPECT_FROM`` runs died come last, a tenth of them at a time and in the end each alone, so that the one that
    kills its process is found in few runs.
    """
    c = DOCUMENTS.c
    deaths = func.coalesce(c.dead_claims, 0)
    pending = (
        select(c.store_key, c.day, c.session_id, c.size_bytes, c.hot)
        .where(c.state == "discovered")
        .order_by(case((c.hot, 0), else_=1), c.received_at, c.store_key)
    )
    found = list(connection.execute(pending.where(deaths < SUSPECT_FROM).limit(limit)))
    if found:
        return found
    most = select(func.max(deaths)).where(c.state == "discovered").scalar_subquery()
    suspects = list(connection.execute(pending.where(deaths == most)))
    return suspects[: max(1, min(limit, len(suspects) // 10))]


def record_heat(connection: Connection, store_keys: Sequence[str], hot: Collection[str]) -> None:
    """Record of documents that were looked into which of them look like hot leads."""
    c = DOCUMENTS.c
    for is_hot in (True, False):
        for chunk in batches([key for key in store_keys if (key in hot) is is_hot], AT_ONCE):
            connection.execute(update(DOCUMENTS).where(c.store_key.in_(chunk)).values(hot=is_hot))


def keys_of_days(connection: Connection, first: date, last: date) -> list[str]:
    """Return the keys of every usable or pending document of these UTC days, to process the whole days again."""
    query = select(DOCUMENTS.c.store_key).where(
        DOCUMENTS.c.day.between(first, last), DOCUMENTS.c.state.in_(("discovered", "analysed"))
    )
    return list(connection.execute(query.order_by(DOCUMENTS.c.store_key)).scalars())


def earliest_day(connection: Connection, first: date, last: date) -> date | None:
    """Return the earliest UTC day within these bounds that has a document which is not rejected; None when none has."""
    query = select(func.min(DOCUMENTS.c.day)).where(DOCUMENTS.c.day.between(first, last), DOCUMENTS.c.state != "rejected")
    return connection.execute(query).scalar_one()


def documents_of(connection: Connection, store_keys: Sequence[str]) -> dict[str, Row[Any]]:
    """Return the ledger's rows of these keys, by key; unknown keys are missing."""
    found: dict[str, Row[Any]] = {}
    for chunk in batches(store_keys, AT_ONCE):
        rows = connection.execute(select(DOCUMENTS).where(DOCUMENTS.c.store_key.in_(chunk)))
        found.update((row.store_key, row) for row in rows)
    return found


def accepted_of_sessions(connection: Connection, session_ids: Sequence[str]) -> list[Row[Any]]:
    """Return documents that were read as these sessions, under any key and in any state."""
    c = DOCUMENTS.c
    found: list[Row[Any]] = []
    for chunk in batches(session_ids, AT_ONCE):
        query = select(c.session_id, c.store_key, c.revision, c.participant_id, c.start_time)
        found.extend(connection.execute(query.where(c.session_id.in_(chunk), c.revision.is_not(None))))
    return found


def record_accepted(connection: Connection, accepted: Sequence[Accepted]) -> None:
    """Record what reading found in the claimed documents; they stay claimed until they are analysed."""
    seq = next_value(connection, "change")
    rows = [{**vars(a), "key": a.store_key, "change_seq": seq, "reading_version": READING_VERSION} for a in accepted]
    if rows:
        learnt = {name: bindparam(name) for name in rows[0] if name not in ("key", "store_key")}
        connection.execute(update(DOCUMENTS).where(DOCUMENTS.c.store_key == bindparam("key")).values(learnt), rows)
    for chunk in batches([a.store_key for a in accepted], AT_ONCE):
        connection.execute(delete(REJECTIONS).where(REJECTIONS.c.store_key.in_(chunk)))


def record_analysed(connection: Connection, run_id: str, store_keys: Sequence[str], analysis_seq: int, now: datetime) -> int:
    """Record that the lake rows of these documents are complete under ``analysis_seq``; return the number of documents closed.

    A document whose bytes changed meanwhile is pending again and stays so.
    """
    c = DOCUMENTS.c
    own = or_(and_(c.run_id == run_id, c.state == "claimed"), c.state == "analysed") & c.revision.is_not(None)
    values = {
        "state": "analysed",
        "analysis_seq": analysis_seq,
        "first_seq": func.coalesce(c.first_seq, analysis_seq),
        "analysed_sha": c.doc_sha,
        "analysed_at": now,
        "dead_claims": 0,
        "died_alone": 0,
        "change_seq": next_value(connection, "change"),
    }
    for chunk in batches(store_keys, AT_ONCE):
        connection.execute(delete(FAILED_REDOS).where(FAILED_REDOS.c.store_key.in_(chunk)))
    return sum(
        connection.execute(update(DOCUMENTS).where(c.store_key.in_(chunk), own).values(values)).rowcount
        for chunk in batches(store_keys, AT_ONCE)
    )


def record_unchanged(connection: Connection, run_id: str, store_keys: Sequence[str]) -> None:
    """Mark claimed documents as analysed whose content equals what was analysed before."""
    c = DOCUMENTS.c
    seq = next_value(connection, "change")
    for chunk in batches(store_keys, AT_ONCE):
        own = c.store_key.in_(chunk) & (c.run_id == run_id) & (c.state == "claimed")
        connection.execute(update(DOCUMENTS).where(own).values(state="analysed", doc_sha=c.analysed_sha, change_seq=seq))
        connection.execute(delete(REJECTIONS).where(REJECTIONS.c.store_key.in_(chunk)))


def analysed_days(connection: Connection) -> list[date]:
    """Return every UTC day that has analysed documents."""
    query = select(DOCUMENTS.c.day).where(DOCUMENTS.c.state == "analysed", DOCUMENTS.c.day.is_not(None)).distinct()
    return sorted(connection.execute(query).scalars())


def days_read_before(connection: Connection) -> list[date]:
    """Return every UTC day with analysed documents that an earlier version of reading read."""
    query = select(DOCUMENTS.c.day).where(_read_before(), DOCUMENTS.c.day.is_not(None)).distinct()
    return sorted(connection.execute(query).scalars())


def record_reading(connection: Connection, day: date) -> None:
    """Record that the lake rows of this day's analysed documents are those of the present reading."""
    query = update(DOCUMENTS).where(_read_before(), DOCUMENTS.c.day == day)
    connection.execute(query.values(reading_version=READING_VERSION))


def redo_sessions(connection: Connection, session_ids: Sequence[str]) -> int:
    """Make analysed documents of these sessions pending although their content is the same; return their number."""
    c = DOCUMENTS.c
    seq = next_value(connection, "change")
    pending_again = {"state": "discovered", "run_id": None, "analysed_sha": None, "change_seq": seq}
    return sum(
        connection.execute(update(DOCUMENTS).where(c.session_id.in_(chunk), c.state == "analysed").values(pending_again)).rowcount
        for chunk in batches(session_ids, AT_ONCE)
    )


def _read_before() -> ColumnElement[bool]:
    version = DOCUMENTS.c.reading_version
    return and_(DOCUMENTS.c.state == "analysed", or_(version.is_(None), version < READING_VERSION))


def _e_tags(connection: Connection, store_keys: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for chunk in batches(store_keys, AT_ONCE):
        rows = connection.execute(select(DOCUMENTS.c.store_key, DOCUMENTS.c.e_tag).where(DOCUMENTS.c.store_key.in_(chunk)))
        found.update((row.store_key, row.e_tag) for row in rows)
    return found
