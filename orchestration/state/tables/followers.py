"""Define the table of the versions that followers have handled."""

from __future__ import annotations

from sqlalchemy import Column, Table

from orchestration.state.tables.base import METADATA, STRING, UtcDateTime

FOLLOWER_VERSIONS = Table(
    "follower_versions",
    METADATA,
    Column("follower", STRING, primary_key=True, comment="name of its asset"),
    Column("version", STRING, nullable=False, comment="of what it follows, as handled last"),
    Column("handled_at", UtcDateTime, nullable=False),
)
