"""Step 4: what alert rules look at and where they stand."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Column, Connection, Float, Index, Integer, MetaData, Table

from orchestration.state.tables.base import STRING, UtcDateTime

_TABLES = MetaData()

Table(
    "recent_calls",
    _TABLES,
    Column("call_key", STRING, primary_key=True),
    Column("source", STRING, nullable=False),
    Column("known_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime, nullable=False),
    Column("started_at", UtcDateTime),
    Column("failed", Boolean),
    Column("reason", STRING, nullable=False),
    Column("agent_version", STRING),
    Column("minutes", Float),
    Column("replies", Integer, nullable=False, server_default="0"),
    Column("latency_ms_sum", BigInteger, nullable=False, server_default="0"),
    Column("components", JSON, nullable=False),
    Column("tokens", BigInteger),
    Column("usd", Float),
    Column("usd_by_component", JSON, nullable=False),
    Column("connection", STRING),
    Column("region", STRING),
    Column("apis", JSON, nullable=False),
    Column("errors", JSON, nullable=False),
    Column("engagement", Float),
    Column("engagement_reason", STRING),
    Column("failed_searches", JSON, nullable=False),
    Column("feature_requests", JSON, nullable=False),
    Index("ix_recent_calls_known", "known_at"),
    Index("ix_recent_calls_ended", "ended_at"),
)
Table(
    "alert_episodes",
    _TABLES,
    Column("rule", STRING, primary_key=True),
    Column("subject", STRING, primary_key=True),
    Column("phase", STRING, nullable=False),
    Column("first_window", UtcDateTime, nullable=False),
    Column("last_true_at", UtcDateTime, nullable=False),
    Column("fired_at", UtcDateTime),
    Column("resolved_at", UtcDateTime),
    Column("value", Float),
    Column("n", Integer),
    Column("facts", JSON, nullable=False),
    Column("silenced_by", STRING),
    Column("silenced_until", UtcDateTime),
)
Table(
    "alert_silences",
    _TABLES,
    Column("rule", STRING, primary_key=True),
    Column("until", UtcDateTime, nullable=False),
    Column("silenced_by", STRING, nullable=False),
)


def add_alerts(connection: Connection) -> None:
    """Add the tables; nothing that is there changes."""
    _TABLES.create_all(connection)
