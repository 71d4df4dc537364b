"""Read the whole history of one call: documents, rejections, published rows, result, alerts, deliveries."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import duckdb

from contract.platform.failures import PermanentFailure, VoiceError
from contract.platform.settings import Settings
from orchestration.delivery.log import deliveries_of
from orchestration.state.database import StateDatabase
from orchestration.state.history import alerts_of, documents_and_rejections
from orchestration.warehouse.reader import open_published

Row = dict[str, Any]

_TABLES = """
select distinct table_name from information_schema.columns
where table_schema = 'main' and column_name = 'session_id' order by table_name
"""
_RESULT = """
select start_time, agent_version, disconnect_reason, turn_count, qualification_tier, lead_score, engagement_score,
    sentiment, meeting_booked
from sessions where session_id = ?
"""


@dataclass(frozen=True)
class CallHistory:
    """History of a call. ``warehouse`` counts published rows by table; ``result`` is its row of ``sessions``; both may be empty."""

    session_id: str
    documents: list[Row]
    rejections: list[Row]
    warehouse: dict[str, int]
    result: Row
    alerts: list[Row]
    deliveries: list[Row]

    def as_dict(self) -> Row:
        return asdict(self)


def call_history(settings: Settings, session_id: str) -> CallHistory:
    """Read everything known of one call.

    Raises ``PermanentFailure`` when no document of it was ever received. Times are UTC.
    """
    state = StateDatabase(settings.state_path)
    documents, rejections = documents_and_rejections(state, session_id)
    if not documents:
        raise PermanentFailure(
            f"No document of session {session_id} was ever received.", "Check the id; 'voice status' shows what was received."
        )
    rows, result = _published(settings, session_id)
    alerts, deliveries = alerts_of(state, session_id), deliveries_of(state, session_id)
    return CallHistory(session_id, documents, rejections, rows, result, alerts, deliveries)


def _published(settings: Settings, session_id: str) -> tuple[dict[str, int], Row]:
    try:
        connection = open_published(settings)
    except VoiceError:
        return {}, {}
    with connection:
        tables = connection.execute(_TABLES).fetchall()
        counts = {name: connection.table(name).filter(_is(session_id)).shape[0] for (name,) in tables}
        facts = connection.execute(_RESULT, [session_id])
        columns, row = [c[0] for c in facts.description or ()], facts.fetchone()
    return counts, dict(zip(columns, row, strict=True)) if row else {}


def _is(session_id: str) -> duckdb.Expression:
    return duckdb.ColumnExpression("session_id") == duckdb.ConstantExpression(session_id)
