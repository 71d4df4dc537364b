"""Record which sessions are due for the next warehouse build, and which state the last build and publication contain."""

from __future__ import annotations

from sqlalchemy import Connection, case, delete, func, or_, select, update

from orchestration.state.counters import counter, next_value, set_counter
from orchestration.state.tables import BUILD_BATCH, DOCUMENTS


def begin_build(connection: Connection) -> int:
    """Fix the set of sessions that the next warehouse build must rebuild, and return their number.

    Repeated after a crash, the set only grows. A session that was in no build before is ``fresh``: the warehouse need not be
    searched for its rows, nor old lake parts for its versions.
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
    """Record that the warehouse holds the sessions of the build, and the ledger as of ``change_seq``."""
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
    """Record that readers see the warehouse as it was built at ``change_seq``."""
    set_counter(connection, "published_change", change_seq)


def built_change(connection: Connection) -> int:
    """Return the change of the ledger that the warehouse was built at; 0 before the first build."""
    return counter(connection, "built_change")


def latest_change(connection: Connection) -> int:
    return counter(connection, "change")


def change_arrived(connection: Connection) -> None:
    """Record that something other than a document changed which the warehouse is built from, so that a build is due."""
    next_value(connection, "change")


def build_due(connection: Connection) -> bool:
    """Return whether the ledger has changed since the last build, or that build was never published."""
    built = built_change(connection)
    return latest_change(connection) > built or built > counter(connection, "published_change")
