"""Read the whole history of one call: summary, result, reasons of its score, everything that happened, published rows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

import duckdb

from contract.platform.failures import PermanentFailure, VoiceError
from contract.platform.settings import Settings
from orchestration.delivery.log import deliveries_of
from orchestration.state.database import StateDatabase
from orchestration.state.history import alerts_of, documents_and_rejections, failed_redos_of
from orchestration.warehouse.reader import open_published

Row = dict[str, Any]

_TABLES = """
select distinct table_name from information_schema.columns
where table_schema = 'main' and column_name = 'session_id' order by table_name
"""
_RESULT = """
select start_time, end_time, agent_version, disconnect_reason, turn_count, qualification_tier, lead_score, engagement_score,
    sentiment, meeting_booked
from sessions where session_id = ?
"""
_REPORTS = "select executive_summary, lead_score_breakdown from analysis_results where session_id = ?"


@dataclass(frozen=True)
class CallHistory:
    """History of a call.

    ``summary`` is the executive summary, null before the call is published; ``score`` has the factors of the lead score, most
    points first, with the words they rest on. ``timeline`` is in order of time, as ``YYYY-MM-DD HH:MM:SS`` in UTC. ``warehouse``
    counts published rows by table; ``result`` is the call's row of ``sessions``. All may be empty.
    """

    session_id: str
    summary: str | None
    score: list[Row]
    timeline: list[Row]
    documents: list[Row]
    rejections: list[Row]
    failed_redos: list[Row]
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
    state = StateDatabase(settings.state)
    documents, rejections = documents_and_rejections(state, session_id)
    if not documents:
        raise PermanentFailure(
            f"No document of session {session_id} was ever received.", "Check the id; 'voice status' shows what was received."
        )
    published = _published(settings, session_id)
    alerts, deliveries = alerts_of(state, session_id), deliveries_of(state, session_id)
    return CallHistory(
        session_id=session_id,
        summary=published.summary,
        score=score_reasons(published.breakdown),
        timeline=timeline(documents, published.result, alerts, deliveries),
        documents=documents,
        rejections=rejections,
        failed_redos=failed_redos_of(state, session_id),
        warehouse=published.rows,
        result=published.result,
        alerts=alerts,
        deliveries=deliveries,
    )


def score_reasons(breakdown: Mapping[str, Any]) -> list[Row]:
    """Return the factors of a lead score as rows of factor, points, of, why and said: the caller's words, null where measured."""
    return [
        {name: factor[name] for name in ("factor", "points", "of", "why")}
        | {"said": "; ".join(dict.fromkeys(place["quote"] for place in factor["evidence"])) or None}
        for factor in breakdown.get("key_factors") or ()
    ]


def timeline(documents: list[Row], result: Row, alerts: list[Row], deliveries: list[Row]) -> list[Row]:
    """Put everything that happened to a call in order of time, as rows of ``at`` and ``what``."""
    return [{"at": f"{at:%Y-%m-%d %H:%M:%S}", "what": what} for at, what in dated_events(documents, result, alerts, deliveries)]


def dated_events(documents: list[Row], result: Row, alerts: list[Row], deliveries: list[Row]) -> list[tuple[datetime, str]]:
    """Return everything that happened to a call in order of time, each with its aware UTC time."""
    events = [*_call_events(result), *_document_events(documents)]
    events += [(alert["triggered_at"], f"alert: {alert['alert_name']}") for alert in alerts]
    events += [(sent["changed_at"], f"{sent['destination']}: {sent['kind']} {sent['state']}") for sent in deliveries]
    dated = [(moment, what) for at, what in events if (moment := _moment(at)) is not None]
    return sorted(dated, key=lambda event: event[0])


_Event = tuple[datetime | str | None, str]


def _call_events(result: Row) -> Iterator[_Event]:
    yield result.get("start_time"), "the call began"
    yield result.get("end_time"), "the call ended"


def _document_events(documents: list[Row]) -> Iterator[_Event]:
    for document in documents:
        yield document["received_at"], f"document received (revision {document['revision']})"
        yield document["analysed_at"], "analysed"


def _moment(at: datetime | str | None) -> datetime | None:
    """Return the time in UTC; times of the warehouse and of the operational database without a zone are UTC."""
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    return moment and (moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC))


class _Published(NamedTuple):
    rows: dict[str, int]
    result: Row
    summary: str | None
    breakdown: Row


def _published(settings: Settings, session_id: str) -> _Published:
    try:
        connection = open_published(settings)
    except VoiceError:
        return _Published({}, {}, None, {})
    with connection:
        tables = connection.execute(_TABLES).fetchall()
        counts = {name: connection.table(name).filter(_is(session_id)).shape[0] for (name,) in tables}
        facts = connection.execute(_RESULT, [session_id])
        columns, row = [c[0] for c in facts.description or ()], facts.fetchone()
        summary, breakdown = connection.execute(_REPORTS, [session_id]).fetchone() or (None, None)
    return _Published(
        {name: count for name, count in counts.items() if count},
        dict(zip(columns, row, strict=True)) if row else {},
        summary,
        json.loads(breakdown) if breakdown else {},
    )


def _is(session_id: str) -> duckdb.Expression:
    return duckdb.ColumnExpression("session_id") == duckdb.ConstantExpression(session_id)
