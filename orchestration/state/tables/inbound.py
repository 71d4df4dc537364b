"""Define the tables of what the web service is told: events of vendors, and unsubscriptions."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table

from orchestration.state.tables.base import METADATA, STRING, TEXT, UtcDateTime

INBOUND_EVENTS = Table(
    "inbound_events",
    METADATA,
    Column("vendor", STRING, primary_key=True, comment="pagerduty | slack"),
    Column("event_key", STRING, primary_key=True, comment="the vendor's own id of the event, or a hash where it gives none"),
    Column("kind", STRING, nullable=False, comment="the vendor's name of what happened"),
    Column("received_at", UtcDateTime, nullable=False),
    Column("body", TEXT, nullable=False, comment="as it came, after its signature was checked"),
    Column("handled_at", UtcDateTime, comment="null until it was acted on"),
    Column("outcome", TEXT, comment="what became of it, free of personal data"),
    Index("ix_inbound_events_handled", "handled_at", "received_at"),
    comment="what vendors tell the web service; stored once, acted on later",
)

UNSUBSCRIPTIONS = Table(
    "unsubscriptions",
    METADATA,
    Column("report", STRING, primary_key=True, comment="daily | weekly"),
    Column("recipient", STRING, primary_key=True, comment="keyed hash of the address"),
    Column("unsubscribed_at", UtcDateTime, nullable=False),
    comment="who wants no more e-mails of a report; an address that is no longer a recipient may stay here",
)
