"""Define the table of the version that the tables have."""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table

from orchestration.state.tables.base import METADATA

SCHEMA_VERSION = Table(
    "schema_version",
    METADATA,
    Column("version", Integer, primary_key=True, autoincrement=False, comment="number of the last migration; the only row"),
)
