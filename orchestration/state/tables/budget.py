"""Define the tables of requests to engines that cost money, and of what each day has spent."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, Float, Index, Integer, Table

from orchestration.state.tables.base import METADATA, UtcDateTime

ENGINE_REQUESTS = Table(
    "engine_requests",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("day", Date, nullable=False, comment="UTC day whose ceiling it counts against"),
    Column("reserved_at", UtcDateTime, nullable=False),
    Column("requests", Integer, nullable=False),
    Column("tokens", BigInteger, nullable=False),
    Column("cost_usd", Float, nullable=False),
    Column("settled", Boolean, nullable=False),
    Index("ix_engine_requests_reserved", "reserved_at"),
    sqlite_autoincrement=True,
    comment="requests to engines that cost money: of the last minute, and those not settled yet",
)

ENGINE_DAYS = Table(
    "engine_days",
    METADATA,
    Column("day", Date, primary_key=True),
    Column("requests", BigInteger, nullable=False),
    Column("tokens", BigInteger, nullable=False),
    Column("cost_usd", Float, nullable=False, comment="spent and reserved"),
)
