"""Declare what PostgreSQL holds: which tables, by which key each is renewed, and the indexes of the specification (spec 8.1).

Index names are unique in a schema of PostgreSQL, so the one name that the specification uses twice (``idx_qualification_tier``) has
its table's name before it where it comes the second time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from orchestration.warehouse.partitions import TABLES

SCHEMA = "main"
SEARCHED = "to_tsvector('english', left(transcript_text, 200000))"
"""What full-text search looks at: hours of speech. PostgreSQL refuses rows with more than 1 MB of distinct words."""

Renewed = Literal["session_id", "lead_key", "hour", "business_day", "store_key", "whole"]
"""What a delivery replaces: the rows of changed sessions, of their leads, of their hours or business days, or all rows."""


@dataclass(frozen=True)
class ServedTable:
    name: str
    renewed_by: Renewed
    primary_key: tuple[str, ...] = ()
    indexes: tuple[tuple[str, str], ...] = ()
    references: tuple[tuple[str, str], ...] = ()
    """Pairs of a column and the table whose primary key it is."""

    @property
    def indexed(self) -> frozenset[str]:
        """Columns of B-trees."""
        plain = (definition for _, definition in self.indexes if not definition.startswith("using"))
        return frozenset(self.primary_key).union(*(re.findall(r"\w+", definition) for definition in plain))


_PERIODS: tuple[tuple[str, Renewed], ...] = (("hourly", "hour"), ("daily", "business_day"))
_OF_SESSION = (("session_id", "sessions"),)
_DIMENSIONS = ("agent_version", "qualification_tier", "sentiment", "industry")


def _rollup(name: str, period: Renewed, *more: str) -> ServedTable:
    return ServedTable(name, period, (period, *_DIMENSIONS, *more))


def _rows_of_session(name: str, *more: str) -> ServedTable:
    return ServedTable(name, "session_id", ("session_id", *more), references=_OF_SESSION)


SERVED = (
    ServedTable(
        "sessions",
        "session_id",
        ("session_id",),
        (
            ("idx_user_email", "(user_email)"),
            ("idx_start_time", "(start_time)"),
            ("idx_qualification_tier", "(qualification_tier)"),
            ("idx_lead_key", "(lead_key)"),
        ),
    ),
    ServedTable(
        "transcripts",
        "session_id",
        ("session_id",),
        (("idx_transcript_text", f"using gin ({SEARCHED})"),),
        _OF_SESSION,
    ),
    ServedTable(
        "metrics",
        "session_id",
        ("id",),
        (("idx_session_timestamp", '(session_id, "timestamp")'), ("idx_timestamp", '("timestamp")')),
        _OF_SESSION,
    ),
    ServedTable(
        "leads",
        "lead_key",
        ("lead_key",),
        (
            ("leads_idx_qualification_tier", "(qualification_tier)"),
            ("idx_lead_score", "(lead_score)"),
            ("idx_last_call_date", "(last_call_date)"),
            ("idx_lead_email", "(email)"),
            ("idx_latest_session_id", "(latest_session_id)"),
        ),
        (("latest_session_id", "sessions"),),
    ),
    ServedTable("analysis_results", "session_id", ("session_id",), (("idx_analyzed_at", "(analyzed_at)"),), _OF_SESSION),
    ServedTable(
        "alerts_history",
        "whole",
        ("id",),
        (("idx_triggered_at", "(triggered_at)"), ("idx_alert_type_severity", "(alert_type, severity)")),
    ),
    ServedTable(
        "delivery_log",
        "whole",
        ("destination", "kind", "item_key"),
        (("idx_delivery_session", "(session_id)"), ("idx_delivery_state", "(destination, state)")),
    ),
    _rows_of_session("analysis_reports", "report"),
    _rows_of_session("turns", "position"),
    _rows_of_session("tool_calls", "position"),
    _rows_of_session("session_facts"),
    _rows_of_session("session_signals"),
    _rows_of_session("session_questions", "position"),
    ServedTable("session_costs", "session_id", (), (("idx_session_costs", "(session_id)"),), _OF_SESSION),
    _rows_of_session("session_mentions", "kind", "subject", "category", "polarity"),
    ServedTable("lead_scores", "lead_key", ("session_id",), (("idx_lead_scores", "(lead_key)"),), _OF_SESSION),
    ServedTable("lead_questions", "lead_key", ("lead_key", "question_number"), (), (("lead_key", "leads"),)),
    *(
        _rollup(f"{prefix}_{name}", period, *more)
        for prefix, period in _PERIODS
        for name, more in (
            ("calls", ()),
            ("histograms", ("measure", "bucket")),
            ("mentions", ("kind", "subject", "category", "polarity")),
            ("costs", ("component", "provider")),
        )
    ),
    ServedTable(
        "session_ledger", "store_key", ("store_key",), (("idx_ledger_session", "(session_id)"), ("idx_ledger_day", "(day)"))
    ),
    ServedTable("rejected_sessions", "whole", ("store_key",)),
    ServedTable("analyzer_quality", "whole"),
    ServedTable("weekly_trends", "whole", ("week",)),
    ServedTable("opportunities", "whole", ("opportunity_id",)),
    ServedTable("live_samples", "whole", ("sampled_at", "measure", "source")),
)
"""Audit logs outlive their sessions, so ``alerts_history`` and ``delivery_log`` refer to none; all else does."""

if {table.name for table in SERVED} != set(TABLES):
    raise RuntimeError(f"served and published tables differ: {sorted({t.name for t in SERVED} ^ set(TABLES))}")


def quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
