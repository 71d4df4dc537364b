"""Define the tables of items at destinations: their log, their sources, circuits, request windows and routed leads."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Column, Index, Integer, Table

from orchestration.state.tables.base import METADATA, STRING, TEXT, UtcDateTime

DELIVERY_LOG = Table(
    "delivery_log",
    METADATA,
    Column("destination", STRING, primary_key=True),
    Column("kind", STRING, primary_key=True, comment="person | call | task | event | profile"),
    Column("item_key", STRING, primary_key=True, comment="never changes: a lead key, a session id, or a session id and an event"),
    Column("session_id", STRING, comment="the call it comes from; for a person, the latest call"),
    Column("state", STRING, nullable=False, comment="sent | pending | parked | suppressed | superseded | unknown"),
    Column("reason", TEXT, comment="why it is not sent, and what to do; free of personal data"),
    Column("code", STRING, comment="the vendor's own code of the last failure"),
    Column("remote_id", STRING, comment="the destination's id of the record"),
    Column("content", JSON, nullable=False, comment="a hash of each field as it was sent last"),
    Column("intended", JSON, comment="the same for a write whose answer is not known yet"),
    Column("intended_at", UtcDateTime),
    Column("human_edited", JSON, nullable=False, comment="fields that a person edited since; they are not overwritten"),
    Column("sends", Integer, nullable=False, server_default="0", comment="writes that were delivered"),
    Column("failures", Integer, nullable=False, server_default="0", comment="consecutive failed attempts"),
    Column("first_failed_at", UtcDateTime),
    Column("changed_at", UtcDateTime, nullable=False),
    Index("ix_delivery_log_session", "session_id"),
    Index("ix_delivery_log_state", "destination", "state"),
    comment="the state of every item at every destination; values themselves are not stored",
)

DELIVERY_SOURCES = Table(
    "delivery_sources",
    METADATA,
    Column("destination", STRING, primary_key=True),
    Column("kind", STRING, primary_key=True),
    Column("source_key", STRING, primary_key=True),
    Column("version", STRING, nullable=False, comment="of the source whose items all reached a final state"),
    Column("analysis_seq", BigInteger, comment="latest analysis it was made of then; null where that is not known"),
)

CIRCUITS = Table(
    "circuits",
    METADATA,
    Column("destination", STRING, primary_key=True),
    Column("failures", Integer, nullable=False, comment="consecutive"),
    Column("open_until", UtcDateTime),
)

REQUEST_WINDOWS = Table(
    "request_windows",
    METADATA,
    Column("destination", STRING, primary_key=True),
    Column("window_start", UtcDateTime, primary_key=True),
    Column("requests", Integer, nullable=False),
)

ROUTED_LEADS = Table(
    "routed_leads",
    METADATA,
    Column("lead_key", STRING, primary_key=True),
    Column("team", STRING, nullable=False, comment="of data/territories.yml"),
    Column("owner", STRING, nullable=False, comment="the CRM user name of the colleague the lead was routed to"),
)
