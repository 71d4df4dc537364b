"""Define the table of runs and their leases."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, Integer, Table

from orchestration.state.tables.base import METADATA, STRING, UtcDateTime

RUNS = Table(
    "runs",
    METADATA,
    Column("run_id", STRING, primary_key=True),
    Column("host", STRING, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("process_started", STRING, nullable=False, comment="distinguishes a process from a later one with the same pid"),
    Column("lease_until", UtcDateTime, nullable=False),
    Column("released", Boolean, nullable=False, comment="its claims were released: what it still writes is ignored"),
    Column("analysis_seq", BigInteger, comment="sequence of the lake parts this run writes"),
    Column("day", Date, comment="set when the run redoes days from the lake instead of claimed documents: the first of them"),
    Column("last_day", Date, comment="the last of these days; null when it is one"),
)
