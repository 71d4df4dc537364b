"""Define the table of who opened which page, and who acted on which alert."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table

from orchestration.state.tables.base import METADATA, STRING, UtcDateTime

CALL_VIEWS = Table(
    "call_views",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("viewed_at", UtcDateTime, nullable=False),
    Column("viewer", STRING, nullable=False, comment="e-mail address of the person, or 'local' for the operator's own link"),
    Column("role", STRING, nullable=False, comment="viewer | sales | admin | none"),
    Column("session_id", STRING, nullable=False, comment="of a call's page; of another page its path, such as leads/<lead key>"),
    Column("outcome", STRING, nullable=False, comment="shown | not_found | refused | acknowledged | silenced"),
    Index("ix_call_views_session", "session_id"),
    sqlite_autoincrement=True,
    comment="audit of who opened which page of a call or lead, and who acted on which alert; written before the page is shown",
)
