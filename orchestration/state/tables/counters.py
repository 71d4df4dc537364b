"""Define the table of counters."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Table

from orchestration.state.tables.base import METADATA, STRING

COUNTERS = Table(
    "counters",
    METADATA,
    Column("name", STRING, primary_key=True),
    Column("value", BigInteger, nullable=False),
)
