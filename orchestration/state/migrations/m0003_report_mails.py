"""Step 3: the e-mails of reports."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Connection, Date, MetaData, Table

from orchestration.state.tables.base import STRING, UtcDateTime

_TABLES = MetaData()

Table(
    "report_mails",
    _TABLES,
    Column("report", STRING, primary_key=True),
    Column("period", Date, primary_key=True),
    Column("recipient", STRING, primary_key=True),
    Column("message_id", STRING, nullable=False),
    Column("composed_at", UtcDateTime, nullable=False),
    Column("archived", STRING, nullable=False),
    Column("figures", JSON, nullable=False),
)


def add_report_mails(connection: Connection) -> None:
    """Add a table; nothing that is there changes."""
    _TABLES.create_all(connection)
