"""Write the audit of who opened which call's page."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import insert, select

from orchestration.state.database import StateDatabase
from orchestration.state.tables import CALL_VIEWS

ViewOutcome = Literal["shown", "not_found", "refused"]


def record_view(state: StateDatabase, viewer: str, role: str, session_id: str, outcome: ViewOutcome, now: datetime) -> None:
    """Record one view. Call it before anything of the call is sent: a view that cannot be recorded is not given."""
    row = {"viewed_at": now, "viewer": viewer, "role": role, "session_id": session_id, "outcome": outcome}
    with state.writing() as connection:
        connection.execute(insert(CALL_VIEWS).values(row))


def views_of(state: StateDatabase, session_id: str) -> list[dict[str, Any]]:
    """Return the views of one call, latest first."""
    query = select(CALL_VIEWS).where(CALL_VIEWS.c.session_id == session_id).order_by(CALL_VIEWS.c.id.desc())
    with state.reading() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]
