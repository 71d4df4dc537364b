"""Define the tables of alerts, of the calls that alert rules look at, and of the episodes and silences of rules."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Column, Float, Index, Integer, Table

from orchestration.state.tables.base import METADATA, STRING, TEXT, UtcDateTime

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
    Index("ix_recent_calls_hours", "ended_at", "started_at", "tokens", "minutes"),  # all that a sum by the hour asks
    Index("ix_recent_calls_started", "started_at", "agent_version"),
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
