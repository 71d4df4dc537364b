"""Step 6: indexes that hold what a tick of the alert rules asks of all calls of 35 days."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Connection, Float, Index, MetaData, Table

from orchestration.state.tables.base import STRING, UtcDateTime

_TABLES = MetaData()

_RECENT_CALLS = Table(
    "recent_calls",
    _TABLES,
    Column("call_key", STRING, primary_key=True),
    Column("ended_at", UtcDateTime, nullable=False),
    Column("started_at", UtcDateTime),
    Column("agent_version", STRING),
    Column("minutes", Float),
    Column("tokens", BigInteger),
)
_STARTS = Table(
    "starts",
    _TABLES,
    Column("store_key", STRING, primary_key=True),
    Column("started_at", UtcDateTime, nullable=False),
    Column("agent_version", STRING),
)
_INDEXES = (
    Index(
        "ix_recent_calls_hours",
        _RECENT_CALLS.c.ended_at,
        _RECENT_CALLS.c.started_at,
        _RECENT_CALLS.c.tokens,
        _RECENT_CALLS.c.minutes,
    ),
    Index("ix_recent_calls_started", _RECENT_CALLS.c.started_at, _RECENT_CALLS.c.agent_version),
    Index("ix_starts_started", _STARTS.c.started_at, _STARTS.c.agent_version),
)


def add_alert_indexes(connection: Connection) -> None:
    """Add indexes; no row changes. The first holds what the index on the end alone was for."""
    Index("ix_recent_calls_ended", _RECENT_CALLS.c.ended_at).drop(connection, checkfirst=True)
    for index in _INDEXES:
        index.create(connection, checkfirst=True)
