"""Record which sessions are due for the next warehouse build, and which state the last build and publication contain."""

from __future__ import annotations

import secrets
from collections.abc import Collection

from sqlalchemy import Connection, case, delete, func, or_, select, update

from contract.platform.batching import batches
from orchestration.state.counters import counter, next_value, set_counter
from orchestration.state.documents import AT_ONCE
from orchestration.state.tables import BUILD_BATCH, DOCUMENTS

_ID_BITS = 62
"""Bits of a random build id: it fits a signed 64-bit column, and no two builds ever have the same."""


def begin_build(connection: Connection) -> int:
    """Fix the set of sessions that the next warehouse build must rebuild, and return their number.

    Repeated after a crash, the set only grows. A session that was in no build before is ``fresh``: the warehouse need not be
    searched for its rows, nor old lake parts for its versions. ``mark_not_fresh`` corrects this from the warehouse file itself.
    """
    c = DOCUMENTS.c
    due = select(c.session_id).where(c.first_seq > 0)
    fresh = func.min(case((or_(c.build_begun, c.built_seq.is_not(None)), 0), else_=1)) == 1
    latest = func.max(case((c.first_seq > 0, c.analysis_seq)))
    query = select(c.session_id, latest, func.min(c.first_seq), fresh).where(c.session_id.in_(due)).group_by(c.session_id)
    connection.execute(delete(BUILD_BATCH))
    connection.execute(BUILD_BATCH.insert().from_select(["session_id", "analysis_seq", "first_seq", "fresh"], query))
    batch = select(BUILD_BATCH.c.session_id)
    connection.execute(update(DOCUMENTS).where(c.session_id.in_(batch)).values(build_begun=True))
    return connection.execute(select(func.count()).select_from(BUILD_BATCH)).scalar_one()


def choose_build_id(connection: Connection, mark: int | None) -> tuple[int, bool]:
    """Return a random id for the build that begins, and whether the warehouse with this ``mark`` is the ledger's last build.

    A build that ended without being recorded counts, too. A lost or restored database knows neither id of the warehouse.
    """
    own = mark is not None and mark in (counter(connection, "build_ended"), counter(connection, "build_begun"))
    if own and mark is not None:
        set_counter(connection, "build_ended", mark)
    build_id = secrets.randbits(_ID_BITS) + 1
    set_counter(connection, "build_begun", build_id)
    return build_id, own


def fresh_sessions(connection: Connection) -> list[str]:
    """Return the sessions of the build that the ledger has in no build before."""
    return list(connection.execute(select(BUILD_BATCH.c.session_id).where(BUILD_BATCH.c.fresh)).scalars())


def mark_not_fresh(connection: Connection, session_ids: Collection[str]) -> None:
    """Have the rows of these sessions replaced, because the warehouse holds some, whatever the ledger knows of it."""
    c = BUILD_BATCH.c
    for chunk in batches(sorted(session_ids), AT_ONCE):
        connection.execute(update(BUILD_BATCH).where(c.session_id.in_(chunk)).values(fresh=False))


def end_build(connection: Connection, change_seq: int, build_id: int) -> None:
    """Record that the warehouse marked ``build_id`` holds the sessions of the build, and the ledger as of ``change_seq``."""
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
    set_counter(connection, "build_ended", build_id)


def record_published(connection: Connection, change_seq: int) -> None:
    """Record that readers see the warehouse as it was built at ``change_seq``."""
    set_counter(connection, "published_change", change_seq)


def built_change(connection: Connection) -> int:
    """Return the change of the ledger that the warehouse was built at; 0 before the first build."""
    return counter(connection, "built_change")


def published_change(connection: Connection) -> int:
    """Return the change of the ledger that readers see; 0 before the first publication."""
    return counter(connection, "published_change")


def forget_build(connection: Connection) -> None:
    """Make the next build due, and a full one, because what the warehouse holds is wrong."""
    for name in ("build_begun", "build_ended", "built_change"):
        set_counter(connection, name, 0)


def latest_change(connection: Connection) -> int:
    return counter(connection, "change")


def change_arrived(connection: Connection) -> None:
    """Record that something other than a document changed which the warehouse is built from, so that a build is due."""
    next_value(connection, "change")


def unbuilt_documents(connection: Connection) -> int:
    """Return how many analysed documents the next build has to take in."""
    return connection.execute(select(func.count()).select_from(DOCUMENTS).where(DOCUMENTS.c.first_seq > 0)).scalar_one()


def build_due(connection: Connection) -> bool:
    """Return whether the ledger has changed since the last build, or that build was never published."""
    built = built_change(connection)
    return latest_change(connection) > built or built > published_change(connection)
