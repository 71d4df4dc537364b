"""Define the table of the sessions that a build of the warehouse takes."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Table

from orchestration.state.tables.base import METADATA, STRING

BUILD_BATCH = Table(
    "build_batch",
    METADATA,
    Column("session_id", STRING, primary_key=True),
    Column("analysis_seq", BigInteger, nullable=False),
    Column(
        "first_seq",
        BigInteger,
        nullable=False,
        server_default="0",
        comment="lowest sequence of lake parts that can hold new rows of it",
    ),
    Column("fresh", Boolean, nullable=False, server_default="0", comment="in no build before: the warehouse holds no row of it"),
)
