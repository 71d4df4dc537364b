"""Step 5: samples of calls under way and of the queue."""

from __future__ import annotations

from sqlalchemy import Column, Connection, Float, MetaData, Table

from orchestration.state.tables.base import STRING, UtcDateTime

_TABLES = MetaData()

Table(
    "live_samples",
    _TABLES,
    Column("sampled_at", UtcDateTime, primary_key=True),
    Column("measure", STRING, primary_key=True),
    Column("source", STRING, nullable=False),
    Column("value", Float),
)


def add_live_samples(connection: Connection) -> None:
    """Add a table; nothing that is there changes."""
    _TABLES.create_all(connection)
