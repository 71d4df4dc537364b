"""Write the audit of who opened which page of a call or lead, and who acknowledged or silenced an alert."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, delete, insert, select

from orchestration.state.database import StateDatabase
from orchestration.state.tables import CALL_VIEWS

KEPT = timedelta(days=400)
"""As long as a copy of each e-mail, so that a question of a year ago can be answered; after that nobody needs the audit."""
ViewOutcome = Literal["shown", "not_found", "refused", "acknowledged", "silenced"]


def record_view(state: StateDatabase, viewer: str, role: str, page: str, outcome: ViewOutcome, now: datetime) -> None:
    """Record one view. Call it before anything of the page is sent: a view that cannot be recorded is not given."""
    with state.writing() as connection:
        add_view(connection, viewer, role, page, outcome, now)


def add_view(connection: Connection, viewer: str, role: str, page: str, outcome: ViewOutcome, now: datetime) -> None:
    """Record a view or an action in the transaction of what it does, and remove those whose time is over.

    ``page`` is the session id of a call, and of another page its path, such as ``leads/<lead key>``: no session id has a slash.
    """
    _prune(connection, now - KEPT)
    row = {"viewed_at": now, "viewer": viewer, "role": role, "session_id": page, "outcome": outcome}
    connection.execute(insert(CALL_VIEWS).values(row))


def views_of(state: StateDatabase, session_id: str) -> list[dict[str, Any]]:
    """Return the views of one call, or of the page under this path, latest first."""
    query = select(CALL_VIEWS).where(CALL_VIEWS.c.session_id == session_id).order_by(CALL_VIEWS.c.id.desc())
    with state.reading() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]


def _prune(connection: Connection, before: datetime) -> None:
    """Remove earlier views; they are numbered in the order of time, so mostly a look at the first one is all."""
    first = connection.execute(select(CALL_VIEWS.c.viewed_at).order_by(CALL_VIEWS.c.id).limit(1)).scalar_one_or_none()
    if first is not None and first < before:
        connection.execute(delete(CALL_VIEWS).where(CALL_VIEWS.c.viewed_at < before))
