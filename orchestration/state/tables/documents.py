"""Define the tables of documents: those received, rejected, failed again or copied, and the starts of calls."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, Index, Integer, Table

from orchestration.state.tables.base import METADATA, STRING, TEXT, UtcDateTime

DOCUMENTS = Table(
    "documents",
    METADATA,
    Column("store_key", STRING, primary_key=True, comment="the object in the store; one row for each ever received"),
    Column("session_id", STRING, comment="from the key until the document is read"),
    Column("day", Date, comment="UTC date of the call's start"),
    Column("state", STRING, nullable=False, comment="discovered | claimed | analysed | rejected"),
    Column("e_tag", STRING, nullable=False, comment="of the version last listed: the document is read again when it changes"),
    Column("size_bytes", BigInteger, nullable=False),
    Column("received_at", UtcDateTime, nullable=False, comment="last modified in the store"),
    Column("discovered_at", UtcDateTime, nullable=False),
    Column("doc_sha", STRING, comment="hash of the content last read or rejected"),
    Column("revision", Integer),
    Column("complete", Boolean),
    Column("test_call", Boolean),
    Column("participant_id", STRING),
    Column("start_time", UtcDateTime),
    Column("run_id", STRING, comment="the run that claims it, or that analysed it last"),
    Column("analysis_seq", BigInteger, comment="sequence of the batch whose lake rows are the latest"),
    Column("analysed_sha", STRING, comment="doc_sha of the content that analysis_seq was made of"),
    Column("analysed_at", UtcDateTime),
    Column("built_seq", BigInteger, comment="analysis_seq that the warehouse holds"),
    Column("first_seq", BigInteger, comment="lowest analysis_seq since the last build; null when nothing is due"),
    Column("build_begun", Boolean, comment="it was in the batch of a build, so the warehouse may hold rows of it"),
    Column("dead_claims", Integer, server_default="0", comment="runs in a row whose process died while they had claimed it"),
    Column("died_alone", Integer, server_default="0", comment="those of them that had claimed nothing else"),
    Column("change_seq", BigInteger, nullable=False, comment="grows with every change of the row"),
    Column("hot", Boolean, comment="what the live agent noted looks like a hot lead; null when nobody has looked"),
    Column("reading_version", Integer, comment="the version of reading that its lake row was made by; null before there were any"),
    Index("ix_documents_state", "state"),
    Index("ix_documents_session", "session_id"),
    Index("ix_documents_day", "day"),
    Index("ix_documents_sha", "doc_sha"),
    Index("ix_documents_change", "change_seq"),
    Index("ix_documents_due", "first_seq"),
    Index("ix_documents_reading", "state", "reading_version"),
)

REJECTIONS = Table(
    "rejections",
    METADATA,
    Column("store_key", STRING, primary_key=True),
    Column("session_id", STRING),
    Column("reason", STRING, nullable=False),
    Column("detail", TEXT, nullable=False),
    Column("remedy", TEXT, nullable=False),
    Column("doc_sha", STRING, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("rejected_at", UtcDateTime, nullable=False),
    Column("copied", Boolean, nullable=False, comment="a copy is at rejected/<doc_sha>"),
)

FAILED_REDOS = Table(
    "failed_redos",
    METADATA,
    Column("store_key", STRING, primary_key=True),
    Column("reason", STRING, nullable=False),
    Column("detail", TEXT, nullable=False),
    Column("run_id", STRING, nullable=False, comment="the run, or the chunk of a backfill, in which it failed"),
    Column("failed_at", UtcDateTime, nullable=False),
    comment="analysed documents whose latest analysis failed; the earlier one stays, and the row goes with the next that succeeds",
)

COPIES = Table(
    "copies",
    METADATA,
    Column("doc_sha", STRING, primary_key=True, comment="rejected/<doc_sha> is a copy the pipeline made, not a document received"),
)

STARTS = Table(
    "starts",
    METADATA,
    Column("store_key", STRING, primary_key=True),
    Column("session_id", STRING, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("agent_version", STRING),
    Index("ix_starts_session", "session_id"),
    Index("ix_starts_started", "started_at", "agent_version"),
)
