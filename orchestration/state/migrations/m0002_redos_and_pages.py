"""Step 2: failed redos, what the web service stores, and how often a process died with a document alone."""

from __future__ import annotations

from sqlalchemy import Column, Connection, Index, Integer, MetaData, Table, inspect

from orchestration.state.tables.base import STRING, TEXT, UtcDateTime

_TABLES = MetaData()

Table(
    "failed_redos",
    _TABLES,
    Column("store_key", STRING, primary_key=True),
    Column("reason", STRING, nullable=False),
    Column("detail", TEXT, nullable=False),
    Column("run_id", STRING, nullable=False),
    Column("failed_at", UtcDateTime, nullable=False),
)
Table(
    "inbound_events",
    _TABLES,
    Column("vendor", STRING, primary_key=True),
    Column("event_key", STRING, primary_key=True),
    Column("kind", STRING, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("body", TEXT, nullable=False),
    Column("handled_at", UtcDateTime),
    Column("outcome", TEXT),
    Index("ix_inbound_events_handled", "handled_at", "received_at"),
)
Table(
    "unsubscriptions",
    _TABLES,
    Column("report", STRING, primary_key=True),
    Column("recipient", STRING, primary_key=True),
    Column("unsubscribed_at", UtcDateTime, nullable=False),
)
Table(
    "call_views",
    _TABLES,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("viewed_at", UtcDateTime, nullable=False),
    Column("viewer", STRING, nullable=False),
    Column("role", STRING, nullable=False),
    Column("session_id", STRING, nullable=False),
    Column("outcome", STRING, nullable=False),
    Index("ix_call_views_session", "session_id"),
    sqlite_autoincrement=True,
)
_COLUMNS = (
    ("backfills", "failed_only", "BOOLEAN NOT NULL DEFAULT FALSE"),
    ("documents", "died_alone", "INTEGER DEFAULT 0"),
)


def add_redos_and_pages(connection: Connection) -> None:
    """Add tables and columns; nothing that is there changes. Some are there in files of just before versions were recorded."""
    _TABLES.create_all(connection)
    inspector = inspect(connection)
    for table, column, definition in _COLUMNS:
        if column not in {known["name"] for known in inspector.get_columns(table)}:
            connection.exec_driver_sql(f"ALTER TABLE {table} ADD COLUMN {column} {definition}")
