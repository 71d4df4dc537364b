"""Define the tables of the operational database; dbt reads those that ``_state__sources.yml`` lists.

Times are naive UTC in the database (SQLite has no other kind) and aware everywhere else.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)
from sqlalchemy.types import TypeDecorator

from contract.platform.times import aware, naive_utc

METADATA = MetaData()


class UtcDateTime(TypeDecorator[datetime]):
    """Convert aware UTC times to naive ones in the database and back; a naive time coming in raises ``ValueError``."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without an offset cannot be stored; attach one where it is made")
        return naive_utc(value)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return aware(value)


class _PostgresText(TypeDecorator[str]):
    """Text that PostgreSQL compares byte by byte, as SQLite does, so that order and prefixes are the same in both.

    It cannot hold the character 0, which SQLite can: an id of a caller that has one loses it.
    """

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return value.replace("\x00", "") if value is not None and "\x00" in value else value


STRING = String().with_variant(_PostgresText(collation="C"), "postgresql")
TEXT = Text().with_variant(_PostgresText(collation="C"), "postgresql")


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
)

RUNS = Table(
    "runs",
    METADATA,
    Column("run_id", STRING, primary_key=True),
    Column("host", STRING, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("process_started", STRING, nullable=False, comment="distinguishes a process from a later one with the same pid"),
    Column("lease_until", UtcDateTime, nullable=False),
    Column("released", Boolean, nullable=False, comment="its claims were released: what it still writes is ignored"),
    Column("analysis_seq", BigInteger, comment="sequence of the lake parts this run writes"),
    Column("day", Date, comment="set when the run redoes days from the lake instead of claimed documents: the first of them"),
    Column("last_day", Date, comment="the last of these days; null when it is one"),
)

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

ALERTS = Table(
    "alerts",
    METADATA,
    Column("id", BigInteger, primary_key=True, autoincrement=False, comment="63-bit hash of rule, subject and window"),
    Column("alert_type", STRING, nullable=False, comment="critical | high | business | quality"),
    Column("alert_name", STRING, nullable=False),
    Column("severity", STRING, nullable=False),
    Column("message", TEXT, nullable=False),
    Column("context", JSON, nullable=False),
    Column("session_id", STRING),
    Column("triggered_at", UtcDateTime, nullable=False),
    Column("sent_to", STRING, comment="channels that took it, in their order; null until one has"),
    Column("acknowledged_at", UtcDateTime),
    Column("acknowledged_by", STRING),
    Column("resolved_at", UtcDateTime),
    Column("change_seq", BigInteger, nullable=False),
    Column("suppressed", TEXT, comment="why no channel is to get it; null when channels may"),
)

RECENT_CALLS = Table(
    "recent_calls",
    METADATA,
    Column("call_key", STRING, primary_key=True, comment="session id; of a rejected document its store key"),
    Column("source", STRING, nullable=False, comment="analysed | lost | rejected"),
    Column("known_at", UtcDateTime, nullable=False, comment="when it became known first; a correction leaves it"),
    Column("ended_at", UtcDateTime, nullable=False, comment="end of the call, else the last that is known of it"),
    Column("started_at", UtcDateTime),
    Column("failed", Boolean, comment="null for a rejected document, of which nothing is known"),
    Column("reason", STRING, nullable=False, comment="why it ended, 'lost', or the reason of its rejection"),
    Column("agent_version", STRING),
    Column("minutes", Float),
    Column("replies", Integer, nullable=False, server_default="0", comment="with a measured latency"),
    Column("latency_ms_sum", BigInteger, nullable=False, server_default="0", comment="over these replies"),
    Column("components", JSON, nullable=False, comment="[replies, sum of ms] by component of the latency"),
    Column("tokens", BigInteger),
    Column("usd", Float, comment="what is known of its cost"),
    Column("usd_by_component", JSON, nullable=False),
    Column("connection", STRING, comment="category; null when it was not measured"),
    Column("region", STRING),
    Column("apis", JSON, nullable=False, comment="[uses, errors] by API"),
    Column("errors", JSON, nullable=False, comment="count by component and type"),
    Column("engagement", Float),
    Column("engagement_reason", STRING, comment="red flag of the conversation, for a digest"),
    Column("failed_searches", JSON, nullable=False, comment="queries without a result, for a digest"),
    Column("feature_requests", JSON, nullable=False, comment="[feature, quote], for a digest"),
    Index("ix_recent_calls_known", "known_at"),
    Index("ix_recent_calls_ended", "ended_at"),
    comment="one row a call of the last 35 days: what alert rules look at",
)

ALERT_EPISODES = Table(
    "alert_episodes",
    METADATA,
    Column("rule", STRING, primary_key=True),
    Column("subject", STRING, primary_key=True, comment="empty where a rule has one subject"),
    Column("phase", STRING, nullable=False, comment="pending | firing | resolved (during its cool-down)"),
    Column("first_window", UtcDateTime, nullable=False, comment="first evaluation at which the condition was true"),
    Column("last_true_at", UtcDateTime, nullable=False),
    Column("fired_at", UtcDateTime),
    Column("resolved_at", UtcDateTime),
    Column("value", Float),
    Column("n", Integer),
    Column("facts", JSON, nullable=False),
    Column("silenced_by", STRING, comment="the rule that explains it"),
    Column("silenced_until", UtcDateTime),
)

ALERT_SILENCES = Table(
    "alert_silences",
    METADATA,
    Column("rule", STRING, primary_key=True),
    Column("until", UtcDateTime, nullable=False),
    Column("silenced_by", STRING, nullable=False),
)

ENGINE_REQUESTS = Table(
    "engine_requests",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("day", Date, nullable=False, comment="UTC day whose ceiling it counts against"),
    Column("reserved_at", UtcDateTime, nullable=False),
    Column("requests", Integer, nullable=False),
    Column("tokens", BigInteger, nullable=False),
    Column("cost_usd", Float, nullable=False),
    Column("settled", Boolean, nullable=False),
    Index("ix_engine_requests_reserved", "reserved_at"),
    sqlite_autoincrement=True,
    comment="requests to engines that cost money: of the last minute, and those not settled yet",
)

ENGINE_DAYS = Table(
    "engine_days",
    METADATA,
    Column("day", Date, primary_key=True),
    Column("requests", BigInteger, nullable=False),
    Column("tokens", BigInteger, nullable=False),
    Column("cost_usd", Float, nullable=False, comment="spent and reserved"),
)

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

FOLLOWER_VERSIONS = Table(
    "follower_versions",
    METADATA,
    Column("follower", STRING, primary_key=True, comment="name of its asset"),
    Column("version", STRING, nullable=False, comment="of what it follows, as handled last"),
    Column("handled_at", UtcDateTime, nullable=False),
)

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

BACKFILLS = Table(
    "backfills",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("analyzer", STRING, nullable=False, comment="empty when all analyzers are redone"),
    Column("engine", STRING, nullable=False, comment="empty when the annotations in the lake are taken"),
    Column("deliver", Boolean, nullable=False),
    Column("failed_only", Boolean, nullable=False, server_default="0", comment="only calls whose latest analysis failed"),
    Column("state", STRING, nullable=False, comment="running | finished | replaced"),
    Column("start_seq", BigInteger, nullable=False, comment="analyses after it are newer than the plan and left alone"),
    Column("destinations", JSON, nullable=False, comment="those of which it was known in the beginning what is due"),
    Column("planned_seconds", Float, nullable=False),
    Column("planned_at", UtcDateTime, nullable=False),
    Column("publishing_seconds", Float, comment="of the build and publication in the end"),
    Column("finished_at", UtcDateTime),
    sqlite_autoincrement=True,
)

BACKFILL_CHUNKS = Table(
    "backfill_chunks",
    METADATA,
    Column("backfill", Integer, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("day", Date, nullable=False),
    Column("store_keys", JSON, nullable=False),
    Column("analysis_seq", BigInteger, comment="sequence of the lake parts it writes; null before it began"),
    Column("redone", Integer, comment="sessions; null until the chunk is done"),
    Column("failed", Integer),
    Column("left_alone", Integer, comment="sessions that a run of new calls has taken meanwhile, or that the lake lacks"),
    Column("seconds", Float, comment="that a process worked on it"),
    comment="parts of backfills, each redone and recorded as a whole",
)

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

LIVE_SAMPLES = Table(
    "live_samples",
    METADATA,
    Column("sampled_at", UtcDateTime, primary_key=True, comment="the minute"),
    Column("measure", STRING, primary_key=True, comment="active_calls | queue_depth | queue_age_seconds"),
    Column("source", STRING, nullable=False, comment="livekit_api | start_markers | sqs | cloudwatch"),
    Column("value", Float, comment="null when its source did not answer, or told nothing"),
    comment="calls under way and the queue, each minute; kept 7 days",
)

CALL_VIEWS = Table(
    "call_views",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("viewed_at", UtcDateTime, nullable=False),
    Column("viewer", STRING, nullable=False, comment="e-mail address of the person, or 'local' for the operator's own link"),
    Column("role", STRING, nullable=False, comment="viewer | sales | admin | none"),
    Column("session_id", STRING, nullable=False, comment="of a call's page; of another page its path, such as leads/<lead key>"),
    Column("outcome", STRING, nullable=False, comment="shown | not_found | refused | acknowledged | silenced"),
    Index("ix_call_views_session", "session_id"),
    sqlite_autoincrement=True,
    comment="audit of who opened which page of a call or lead, and who acted on which alert; written before the page is shown",
)

COUNTERS = Table(
    "counters",
    METADATA,
    Column("name", STRING, primary_key=True),
    Column("value", BigInteger, nullable=False),
)

SCHEMA_VERSION = Table(
    "schema_version",
    METADATA,
    Column("version", Integer, primary_key=True, autoincrement=False, comment="number of the last migration; the only row"),
)
