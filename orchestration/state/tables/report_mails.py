"""Define the table of report e-mails that were composed."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Date, Table

from orchestration.state.tables.base import METADATA, STRING, UtcDateTime

REPORT_MAILS = Table(
    "report_mails",
    METADATA,
    Column("report", STRING, primary_key=True, comment="daily | weekly"),
    Column("period", Date, primary_key=True, comment="its first business day"),
    Column("recipient", STRING, primary_key=True, comment="keyed hash of the address"),
    Column("message_id", STRING, nullable=False),
    Column("composed_at", UtcDateTime, nullable=False),
    Column(
        "archived", STRING, nullable=False, comment="path of the copy in the archive: what is sent, and sent again after a kill"
    ),
    Column("figures", JSON, nullable=False, comment="by period, the counts that this e-mail told: its own, and corrected ones"),
    comment="e-mails composed for the first time; delivery_log has whether they were sent",
)
