"""Define the tables of the batches that a vendor annotates, and of their items."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table

from orchestration.state.tables.base import METADATA, STRING

ANNOTATION_BATCHES = Table(
    "annotation_batches",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("batch_key", STRING, nullable=False, unique=True, comment="own key in the vendor's metadata, to find a lost answer"),
    Column("version", STRING, nullable=False),
    Column("state", STRING, nullable=False, comment="planned | submitted | finished"),
    Column("file_id", STRING, comment="the vendor's, of the uploaded requests"),
    Column("batch_id", STRING, comment="the vendor's"),
)

ANNOTATION_BATCH_ITEMS = Table(
    "annotation_batch_items",
    METADATA,
    Column("transcript", STRING, primary_key=True, comment="transcript hash; the custom id of its request"),
    Column("version", STRING, primary_key=True),
    Column("batch_key", STRING, nullable=False),
    Column("reservation", Integer, nullable=False, comment="of engine_requests"),
    Column("outcome", STRING, comment="null while under way, 'annotated', 'again:<reason>' to retry, else a permanent reason"),
    Index("ix_annotation_batch_items_batch", "batch_key"),
)
