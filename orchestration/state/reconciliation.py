"""Reconcile the ledger: received = analysed + rejected + pending, and the age of the oldest pending document."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select, text, true

from orchestration.state.builds import build_due
from orchestration.state.database import StateDatabase
from orchestration.state.documents import PENDING
from orchestration.state.failed_analyses import count_failed_redos
from orchestration.state.rejections import ReasonCount
from orchestration.state.tables import ALERTS, DOCUMENTS, REJECTIONS, STARTS


@dataclass(frozen=True)
class LedgerTotals:
    """Counts of documents at one moment. A ``residual`` other than 0 means that the ledger itself is broken."""

    received: int
    analysed: int
    rejected: int
    pending: int
    test_calls: int
    sessions: int
    started: int
    started_without_document: int
    alerts: int
    warehouse_current: bool
    oldest_pending_seconds: int | None
    reasons: tuple[ReasonCount, ...]
    failed_redos: tuple[ReasonCount, ...]
    """Calls that keep an earlier analysis because a later one failed; they count as analysed."""

    @property
    def residual(self) -> int:
        return self.received - self.analysed - self.rejected - self.pending

    def documents(self) -> dict[str, object]:
        facts = {
            name: value for name, value in asdict(self).items() if name not in ("reasons", "failed_redos", "oldest_pending_seconds")
        }
        return {**facts, "warehouse_current": "yes" if self.warehouse_current else "no: 'voice run' builds it"}

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "residual": self.residual}


def reconcile(state: StateDatabase, now: datetime) -> LedgerTotals:
    """Count all documents in one reading transaction."""
    with state.reading() as connection:
        by_state = _by_state(connection)
        oldest = connection.execute(select(func.min(DOCUMENTS.c.discovered_at)).where(DOCUMENTS.c.state.in_(PENDING))).scalar_one()
        return LedgerTotals(
            received=sum(by_state.values()),
            analysed=by_state.get("analysed", 0),
            rejected=by_state.get("rejected", 0),
            pending=sum(by_state.get(state, 0) for state in PENDING),
            test_calls=_count(connection, DOCUMENTS.c.store_key, DOCUMENTS.c.test_call & (DOCUMENTS.c.state == "analysed")),
            sessions=connection.execute(
                select(func.count(DOCUMENTS.c.session_id.distinct())).where(DOCUMENTS.c.state == "analysed")
            ).scalar_one(),
            started=_count(connection, STARTS.c.store_key, true()),
            started_without_document=_count(
                connection,
                STARTS.c.store_key,
                STARTS.c.session_id.not_in(select(DOCUMENTS.c.session_id).where(DOCUMENTS.c.session_id.is_not(None))),
            ),
            alerts=_count(connection, ALERTS.c.id, true()),
            warehouse_current=not build_due(connection),
            oldest_pending_seconds=max(0, round((now - oldest).total_seconds())) if oldest else None,
            reasons=_reasons(connection),
            failed_redos=count_failed_redos(connection),
        )


def _by_state(connection: Connection) -> dict[str, int]:
    rows = connection.execute(select(DOCUMENTS.c.state, func.count()).group_by(DOCUMENTS.c.state))
    return {row[0]: row[1] for row in rows}


def _count(connection: Connection, column: Any, where: Any) -> int:
    return connection.execute(select(func.count(column)).where(where)).scalar_one()


def _reasons(connection: Connection) -> tuple[ReasonCount, ...]:
    c = REJECTIONS.c
    query = (
        select(c.reason, func.count().label("documents"), func.max(c.remedy).label("remedy"))
        .join(DOCUMENTS, DOCUMENTS.c.store_key == c.store_key)
        .where(DOCUMENTS.c.state == "rejected")
        .group_by(c.reason)
        .order_by(func.count().desc(), c.reason)
    )
    return tuple(ReasonCount(row.reason, row.documents, row.remedy) for row in connection.execute(query))


def unaccounted_sessions(state: StateDatabase) -> list[str]:
    """Return sessions with an inconsistent document: an unknown state, rejected without a reason, or other content analysed."""
    d = DOCUMENTS.c
    explained = or_(
        d.state.in_(PENDING),
        and_(d.state == "analysed", d.analysis_seq.is_not(None), d.analysed_sha == d.doc_sha),
        and_(d.state == "rejected", d.store_key.in_(select(REJECTIONS.c.store_key))),
    )
    query = select(func.coalesce(d.session_id, d.store_key)).where(~explained).order_by(d.store_key)
    with state.reading() as connection:
        return list(connection.execute(query).scalars())


_SETTLED = """
select session_id from (
    select
        session_id, state, test_call,
        row_number() over (
            partition by session_id
            order by
                state = 'analysed' desc, revision desc nulls last, complete desc nulls last, analysis_seq desc nulls last
        ) as place,
        min(
            case
                when state = 'analysed' and built_seq >= analysis_seq then 1
                when state = 'rejected' and analysis_seq is null then 1
                else 0
            end
        ) over (partition by session_id) as settled
    from documents
    where session_id is not null
) as ranked
where place = 1 and settled = 1 and state = 'analysed' and not test_call
"""


def settled_sessions(connection: Connection) -> set[str]:
    """Return the sessions that must be in the warehouse: all documents built, and the latest is no test call."""
    return set(connection.execute(text(_SETTLED)).scalars())


def unknown_sessions(connection: Connection, session_ids: set[str]) -> set[str]:
    """Return those of the sessions of which the ledger has no document."""
    return session_ids - set(connection.execute(select(DOCUMENTS.c.session_id).distinct()).scalars())
