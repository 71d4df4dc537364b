"""Define the table of live samples."""

from __future__ import annotations

from sqlalchemy import Column, Float, Table

from orchestration.state.tables.base import METADATA, STRING, UtcDateTime

LIVE_SAMPLES = Table(
    "live_samples",
    METADATA,
    Column("sampled_at", UtcDateTime, primary_key=True, comment="the minute"),
    Column("measure", STRING, primary_key=True, comment="active_calls | queue_depth | queue_age_seconds"),
    Column("source", STRING, nullable=False, comment="livekit_api | start_markers | sqs | cloudwatch"),
    Column("value", Float, comment="null when its source did not answer, or told nothing"),
    comment="calls under way and the queue, each minute; kept 7 days",
)
