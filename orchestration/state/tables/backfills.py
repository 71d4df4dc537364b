"""Define the tables of backfills and their chunks."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Column, Date, Float, Integer, Table

from orchestration.state.tables.base import METADATA, STRING, UtcDateTime

BACKFILLS = Table(
    "backfills",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("analyzer", STRING, nullable=False, comment="empty when all analyzers are redone"),
    Column("engine", STRING, nullable=False, comment="empty when the annotations in the lake are taken"),
    Column("deliver", Boolean, nullable=False),
    Column("failed_only", Boolean, nullable=False, server_default="0", comment="only calls whose latest analysis failed"),
    Column("state", STRING, nullable=False, comment="running | finished | replaced"),
    Column("start_seq", BigInteger, nullable=False, comment="analyses after it are newer than the plan and left alone"),
    Column("destinations", JSON, nullable=False, comment="those of which it was known in the beginning what is due"),
    Column("planned_seconds", Float, nullable=False),
    Column("planned_at", UtcDateTime, nullable=False),
    Column("publishing_seconds", Float, comment="of the build and publication in the end"),
    Column("finished_at", UtcDateTime),
    sqlite_autoincrement=True,
)

BACKFILL_CHUNKS = Table(
    "backfill_chunks",
    METADATA,
    Column("backfill", Integer, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("day", Date, nullable=False),
    Column("store_keys", JSON, nullable=False),
    Column("analysis_seq", BigInteger, comment="sequence of the lake parts it writes; null before it began"),
    Column("redone", Integer, comment="sessions; null until the chunk is done"),
    Column("failed", Integer),
    Column("left_alone", Integer, comment="sessions that a run of new calls has taken meanwhile, or that the lake lacks"),
    Column("seconds", Float, comment="that a process worked on it"),
    comment="parts of backfills, each redone and recorded as a whole",
)
