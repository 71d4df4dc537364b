"""Read everything that the operational database holds of one session."""

from __future__ import annotations

from typing import Any

from sqlalchemy import case, select

from orchestration.state.database import StateDatabase
from orchestration.state.failed_analyses import REMEDY
from orchestration.state.tables import ALERTS, DOCUMENTS, FAILED_REDOS, REJECTIONS


def documents_and_rejections(state: StateDatabase, session_id: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return every document received under this id, and the reasons of those that were rejected."""
    d, r = DOCUMENTS.c, REJECTIONS.c
    built = case((d.built_seq == d.analysis_seq, "yes"), else_="not yet")
    documents = select(d.store_key, d.state, d.revision, d.received_at, d.analysed_at, built.label("built"), d.test_call).where(
        d.session_id == session_id
    )
    rejections = select(r.store_key, r.reason, r.detail, r.remedy).where(r.session_id == session_id)
    with state.reading() as connection:
        return (
            [dict(row) for row in connection.execute(documents.order_by(d.received_at)).mappings()],
            [dict(row) for row in connection.execute(rejections).mappings()],
        )


def failed_redos_of(state: StateDatabase, session_id: str) -> list[dict[str, Any]]:
    """Return why the latest analysis of documents of this id failed, where an earlier one stays."""
    f = FAILED_REDOS.c
    query = select(f.store_key, f.reason, f.detail, f.failed_at).join(DOCUMENTS, DOCUMENTS.c.store_key == f.store_key)
    with state.reading() as connection:
        found = connection.execute(query.where(DOCUMENTS.c.session_id == session_id).order_by(f.store_key)).mappings()
        return [{**row, "remedy": REMEDY} for row in found]


def alerts_of(state: StateDatabase, session_id: str) -> list[dict[str, Any]]:
    query = select(ALERTS).where(ALERTS.c.session_id == session_id).order_by(ALERTS.c.triggered_at, ALERTS.c.alert_name)
    with state.reading() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]
