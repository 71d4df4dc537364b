"""The ledger: every document ever received and what became of it (received = analysed + rejected + pending).

``discovered -> claimed -> analysed | rejected``; a document whose bytes change is ``discovered`` again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, case, delete, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from contract.keys import REJECTED
from contract.rejections import RejectionReason
from contract.store import StoredObject
from orchestration.state.database import next_value
from orchestration.state.tables import BUILD_BATCH, COPIES, COUNTERS, DOCUMENTS, REJECTIONS

PENDING = ("discovered", "claimed")
_CHUNK = 500


@dataclass(frozen=True)
class Rejection:
    """One document that could not be used, as it is kept for the person who mends it."""

    store_key: str
    session_id: str | None
    reason: RejectionReason
    detail: str
    doc_sha: str
    size_bytes: int


@dataclass(frozen=True)
class Accepted:
    """What reading a document taught the ledger about it."""

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
    """A listed object with what its key says."""

    stored: StoredObject
    session_id: str | None
    day: date | None


def record_received(connection: Connection, received: Sequence[Received], now: datetime) -> int:
    """Enter objects that are new or whose bytes may have changed; the number that became pending."""
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
            "change_seq": seq,
        }
        for r in fresh
    ]
    entry = insert(DOCUMENTS)
    renewed = {
        name: entry.excluded[name] for name in ("state", "e_tag", "size_bytes", "received_at", "discovered_at", "change_seq")
    }
    connection.execute(entry.on_conflict_do_update(index_elements=["store_key"], set_=renewed), rows)
    return len(fresh)


def known_hashes(connection: Connection, hashes: Sequence[str]) -> set[str]:
    """Which of these content hashes the ledger already accounts for."""
    found: set[str] = set()
    for chunk in _chunks(hashes):
        for column in (DOCUMENTS.c.doc_sha, COPIES.c.doc_sha):
            found.update(connection.execute(select(column).where(column.in_(chunk))).scalars())
    return found


def pending_keys(connection: Connection, limit: int) -> list[Row[tuple[str, date | None, str | None]]]:
    """The oldest pending documents first (store_key, day, session_id)."""
    query = (
        select(DOCUMENTS.c.store_key, DOCUMENTS.c.day, DOCUMENTS.c.session_id)
        .where(DOCUMENTS.c.state == "discovered")
        .order_by(DOCUMENTS.c.received_at, DOCUMENTS.c.store_key)
        .limit(limit)
    )
    return list(connection.execute(query))


def keys_of_day(connection: Connection, day: date) -> list[str]:
    """Every usable or pending document of one day, for redoing it whole."""
    query = select(DOCUMENTS.c.store_key).where(DOCUMENTS.c.day == day, DOCUMENTS.c.state.in_(("discovered", "analysed")))
    return list(connection.execute(query.order_by(DOCUMENTS.c.store_key)).scalars())


def claim(connection: Connection, run_id: str, store_keys: Sequence[str]) -> list[str]:
    """Take those of ``store_keys`` that nobody else works on; a key may be taken again by the same run."""
    seq = next_value(connection, "change")
    free = or_(DOCUMENTS.c.state.in_(("discovered", "analysed")), DOCUMENTS.c.run_id == run_id)
    for chunk in _chunks(store_keys):
        connection.execute(
            update(DOCUMENTS).where(DOCUMENTS.c.store_key.in_(chunk), free).values(state="claimed", run_id=run_id, change_seq=seq)
        )
    return claimed_keys(connection, run_id)


def claimed_keys(connection: Connection, run_id: str) -> list[str]:
    query = select(DOCUMENTS.c.store_key).where(DOCUMENTS.c.run_id == run_id, DOCUMENTS.c.state == "claimed")
    return list(connection.execute(query.order_by(DOCUMENTS.c.store_key)).scalars())


def documents_of(connection: Connection, store_keys: Sequence[str]) -> dict[str, Row[Any]]:
    """The ledger's rows of these keys, by key."""
    found: dict[str, Row[Any]] = {}
    for chunk in _chunks(store_keys):
        rows = connection.execute(select(DOCUMENTS).where(DOCUMENTS.c.store_key.in_(chunk)))
        found.update((row.store_key, row) for row in rows)
    return found


def accepted_of_sessions(connection: Connection, session_ids: Sequence[str]) -> list[Row[Any]]:
    """Documents that were read as these sessions, under any key, whatever became of them since."""
    c = DOCUMENTS.c
    found: list[Row[Any]] = []
    for chunk in _chunks(session_ids):
        query = select(c.session_id, c.store_key, c.revision, c.participant_id, c.start_time)
        found.extend(connection.execute(query.where(c.session_id.in_(chunk), c.revision.is_not(None))))
    return found


def record_accepted(connection: Connection, accepted: Sequence[Accepted]) -> None:
    """Note what the claimed documents turned out to be; they stay claimed until they are analysed."""
    seq = next_value(connection, "change")
    rows = [{**vars(a), "key": a.store_key, "change_seq": seq} for a in accepted]
    if rows:
        learnt = {name: bindparam(name) for name in rows[0] if name not in ("key", "store_key")}
        connection.execute(update(DOCUMENTS).where(DOCUMENTS.c.store_key == bindparam("key")).values(learnt), rows)
        connection.execute(delete(REJECTIONS).where(REJECTIONS.c.store_key == bindparam("key")), rows)


def record_rejected(connection: Connection, rejections: Iterable[Rejection], now: datetime) -> None:
    """Park claimed documents with their typed reasons; the copy under ``rejected/`` is made afterwards (``uncopied``)."""
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
        still_ours = (DOCUMENTS.c.store_key == r.store_key) & (DOCUMENTS.c.state == "claimed")
        connection.execute(update(DOCUMENTS).where(still_ours).values(state))


def uncopied(connection: Connection) -> list[Row[tuple[str, str]]]:
    """Rejected documents that still lack their copy: (store_key, doc_sha)."""
    return list(connection.execute(select(REJECTIONS.c.store_key, REJECTIONS.c.doc_sha).where(~REJECTIONS.c.copied)))


def mark_copied(connection: Connection, store_key: str, doc_sha: str) -> None:
    """The copy is made, and will be known for one even after the document itself has been mended."""
    connection.execute(insert(COPIES).values(doc_sha=doc_sha).on_conflict_do_nothing())
    connection.execute(update(REJECTIONS).where(REJECTIONS.c.store_key == store_key).values(copied=True))


def record_analysed(connection: Connection, run_id: str, store_keys: Sequence[str], analysis_seq: int, now: datetime) -> int:
    """The lake rows of these documents are complete under ``analysis_seq``; the number of documents closed.

    A document whose bytes changed meanwhile is pending again and stays so.
    """
    c = DOCUMENTS.c
    ours = or_(and_(c.run_id == run_id, c.state == "claimed"), c.state == "analysed") & c.revision.is_not(None)
    values = {
        "state": "analysed",
        "analysis_seq": analysis_seq,
        "first_seq": func.coalesce(c.first_seq, analysis_seq),
        "analysed_sha": c.doc_sha,
        "analysed_at": now,
        "change_seq": next_value(connection, "change"),
    }
    return sum(
        connection.execute(update(DOCUMENTS).where(c.store_key.in_(chunk), ours).values(values)).rowcount
        for chunk in _chunks(store_keys)
    )


def record_unchanged(connection: Connection, run_id: str, store_keys: Sequence[str]) -> None:
    """Claimed documents whose content is what was analysed before: nothing to do again."""
    c = DOCUMENTS.c
    seq = next_value(connection, "change")
    for chunk in _chunks(store_keys):
        ours = c.store_key.in_(chunk) & (c.run_id == run_id) & (c.state == "claimed")
        connection.execute(update(DOCUMENTS).where(ours).values(state="analysed", doc_sha=c.analysed_sha, change_seq=seq))
        connection.execute(delete(REJECTIONS).where(REJECTIONS.c.store_key.in_(chunk)))


def put_back(connection: Connection, run_id: str, store_keys: Sequence[str]) -> None:
    """Claimed documents that this run will not get to: pending for the next."""
    c = DOCUMENTS.c
    seq = next_value(connection, "change")
    for chunk in _chunks(store_keys):
        ours = c.store_key.in_(chunk) & (c.run_id == run_id) & (c.state == "claimed")
        connection.execute(update(DOCUMENTS).where(ours).values(state="discovered", run_id=None, change_seq=seq))


def replay_rejected(connection: Connection, reason: str | None = None) -> int:
    """Make rejected documents pending again, all or those of one reason; how many."""
    wanted = select(REJECTIONS.c.store_key)
    if reason is not None:
        wanted = wanted.where(REJECTIONS.c.reason == reason)
    again = update(DOCUMENTS).where(DOCUMENTS.c.state == "rejected", DOCUMENTS.c.store_key.in_(wanted))
    return connection.execute(again.values(state="discovered", change_seq=next_value(connection, "change"))).rowcount


def analysed_days(connection: Connection) -> list[date]:
    """Every day that has analysed documents."""
    query = select(DOCUMENTS.c.day).where(DOCUMENTS.c.state == "analysed", DOCUMENTS.c.day.is_not(None)).distinct()
    return sorted(connection.execute(query).scalars())


def redo_sessions(connection: Connection, session_ids: Sequence[str]) -> int:
    """Make analysed documents of these sessions pending, to be analysed anew though their content is the same; how many."""
    c = DOCUMENTS.c
    seq = next_value(connection, "change")
    again = {"state": "discovered", "run_id": None, "analysed_sha": None, "change_seq": seq}
    return sum(
        connection.execute(update(DOCUMENTS).where(c.session_id.in_(chunk), c.state == "analysed").values(again)).rowcount
        for chunk in _chunks(session_ids)
    )


def begin_build(connection: Connection) -> int:
    """Fix the set of sessions the next warehouse build must renew; how many. Repeated after a crash it only grows.

    A session no build ever had is ``fresh``: the warehouse need not be searched for its rows, nor old lake parts for its versions.
    """
    c = DOCUMENTS.c
    due = select(c.session_id).where(c.first_seq > 0)
    fresh = func.min(case((or_(c.build_begun, c.built_seq.is_not(None)), 0), else_=1))
    latest = func.max(case((c.first_seq > 0, c.analysis_seq)))
    query = select(c.session_id, latest, func.min(c.first_seq), fresh).where(c.session_id.in_(due)).group_by(c.session_id)
    connection.execute(delete(BUILD_BATCH))
    connection.execute(BUILD_BATCH.insert().from_select(["session_id", "analysis_seq", "first_seq", "fresh"], query))
    batch = select(BUILD_BATCH.c.session_id)
    connection.execute(update(DOCUMENTS).where(c.session_id.in_(batch)).values(build_begun=True))
    return connection.execute(select(func.count()).select_from(BUILD_BATCH)).scalar_one()


def end_build(connection: Connection, change_seq: int) -> None:
    """The warehouse now holds the sessions of the build, and the ledger as of ``change_seq``."""
    c = DOCUMENTS.c
    batch = select(BUILD_BATCH.c.session_id)
    built = select(BUILD_BATCH.c.analysis_seq).where(BUILD_BATCH.c.session_id == c.session_id).scalar_subquery()
    connection.execute(
        update(DOCUMENTS)
        .where(c.session_id.in_(batch), c.analysis_seq.is_not(None))
        .values(
            built_seq=case((c.analysis_seq <= built, c.analysis_seq), else_=c.built_seq),
            first_seq=case((c.analysis_seq <= built, None), else_=c.first_seq),
        )
    )
    connection.execute(delete(BUILD_BATCH))
    set_counter(connection, "built_change", change_seq)


def record_published(connection: Connection, change_seq: int) -> None:
    """Readers now see the warehouse as it was built at ``change_seq``."""
    set_counter(connection, "published_change", change_seq)


def record_served(connection: Connection, version: int) -> None:
    """PostgreSQL has this published version."""
    set_counter(connection, "served_version", version)


def record_synced(connection: Connection, destination: str, version: int) -> None:
    """All that was due of this published version went to the destination, or was decided on."""
    set_counter(connection, f"{destination}_synced_version", version)


def set_counter(connection: Connection, name: str, value: int) -> None:
    """A named figure that outlives processes."""
    entry = insert(COUNTERS).values(name=name, value=value)
    connection.execute(entry.on_conflict_do_update(index_elements=["name"], set_={"value": value}))


def built_change(connection: Connection) -> int:
    """The change of the ledger that the warehouse was built at."""
    return counter(connection, "built_change")


def latest_change(connection: Connection) -> int:
    return counter(connection, "change")


def counter(connection: Connection, name: str) -> int:
    return connection.execute(select(COUNTERS.c.value).where(COUNTERS.c.name == name)).scalar_one_or_none() or 0


def build_due(connection: Connection) -> bool:
    """True when the ledger has changed since the warehouse was built from it, or that build was never published."""
    built = built_change(connection)
    return latest_change(connection) > built or built > counter(connection, "published_change")


def _e_tags(connection: Connection, store_keys: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for chunk in _chunks(store_keys):
        rows = connection.execute(select(DOCUMENTS.c.store_key, DOCUMENTS.c.e_tag).where(DOCUMENTS.c.store_key.in_(chunk)))
        found.update((row.store_key, row.e_tag) for row in rows)
    return found


def _chunks(values: Sequence[str]) -> Iterable[Sequence[str]]:
    return (values[start : start + _CHUNK] for start in range(0, len(values), _CHUNK))
