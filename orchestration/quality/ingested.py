"""Ingested documents as tables, one per kind of row of spec section 1, with the few figures that tie their fields together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import duckdb
import orjson
import pandas as pd

from contract.platform.store import Store
from orchestration.warehouse.lake import latest, read_parts

_MOMENTS = ("start_time", "end_time", "started_at", "ended_at", "timestamp")
_COLUMNS: dict[str, tuple[str, ...]] = {
    "calls": (
        *("start_time", "end_time", "duration_seconds", "duration_error_seconds", "participant_id", "user_email", "agent_version"),
        *("disconnect_reason", "turn_count", "turn_count_error", "interruption_count", "reply_count", "packet_loss", "jitter"),
        *("bandwidth_in", "bandwidth_out", "team_size", "monthly_volume", "decision_timeline", "budget_authority", "urgency"),
        "qualification_tier",
    ),
    "utterances": ("item_id", "role", "started_at", "ended_at", "seconds_after_the_one_before", "text_length"),
    "replies": (
        *("timestamp", "eou_delay", "llm_ttft", "tts_ttfb", "stt_duration", "total_latency", "e2e_latency", "prompt_tokens"),
        *("completion_tokens", "total_tokens", "stt_audio_duration", "tts_audio_duration", "tts_characters_count"),
        *("total_latency_error", "total_tokens_error"),
    ),
    "searches": ("timestamp", "query", "category", "results_found", "total_results", "error", "found_agrees_with_count"),
    "bookings": ("timestamp", "customer_email", "success", "success_without_event"),
}
_NEWEST = """
select session_id, list(distinct day)
from session_ledger
where discovered_at >= ? and not test_call and state = 'analysed' and day is not null
group by session_id
order by max(discovered_at) desc, session_id
limit ?
"""

Row = dict[str, Any]
Frames = dict[str, pd.DataFrame]


def ingested_documents(connection: duckdb.DuckDBPyConnection, store: Store, since: datetime, at_most: int) -> list[Row]:
    """The documents that count of the newest sessions taken in since then (naive UTC), without test calls, from the lake."""
    sessions = connection.execute(_NEWEST, [since, at_most]).fetchall()
    days = sorted({day for _, of_session in sessions for day in of_session})
    wanted = {session_id for session_id, _ in sessions}
    winners = latest(row for day in days for row in read_parts(store, "session_documents", day, wanted))
    return [orjson.loads(winners[session_id]["document"]) for session_id in sorted(winners)]


def frames_of_documents(documents: Iterable[Mapping[str, Any]]) -> Frames:
    """The tables ``calls, utterances, replies, searches, bookings``; what a document lacks is null, never an error."""
    rows: dict[str, list[Row]] = {table: [] for table in _COLUMNS}
    for document in documents:
        _add(rows, document)
    return {table: _frame(found, _COLUMNS[table]) for table, found in rows.items()}


def _add(rows: dict[str, list[Row]], document: Mapping[str, Any]) -> None:
    session = {"session_id": document.get("session_id")}
    tools = [*document.get("tool_calls", ())]
    rows["calls"].append(_call(document))
    rows["utterances"] += _utterances(document, session)
    rows["replies"] += [session | reply | _sums(reply) for reply in document.get("metrics", ())]
    rows["searches"] += [session | t | _agreement(t) for t in tools if t.get("tool") == "unleash_search_knowledge"]
    rows["bookings"] += [session | t | _event(t) for t in tools if t.get("tool") == "book_sales_meeting"]


def _call(document: Mapping[str, Any]) -> Row:
    """One row; how many turns a caller had who refused to be transcribed is not known."""
    items = document.get("transcript", ()) if (document.get("consent") or {}).get("obtained") is not False else None
    counted = (document.get("turn_taking") or {}).get("turn_count")
    start, end = _moment(document.get("start_time")), _moment(document.get("end_time"))
    duration: float | None = document.get("duration_seconds")
    off = None if start is None or end is None or duration is None else duration - (end - start).total_seconds()
    return {
        **(document.get("discovered_signals") or {}),
        **(document.get("connection") or {}),
        **{name: value for name, value in document.items() if name in _COLUMNS["calls"]},
        "session_id": document.get("session_id"),
        "turn_count": None if items is None else len(items),
        "turn_count_error": None if items is None or counted is None else abs(counted - len(items)),
        "interruption_count": len(document.get("interruptions", ())),
        "reply_count": len(document.get("metrics", ())),
        "duration_error_seconds": off,
    }


def _utterances(document: Mapping[str, Any], session: Row) -> list[Row]:
    rows: list[Row] = []
    before: datetime | None = None
    for item in document.get("transcript", ()):
        began = _moment(item.get("started_at"))
        gap = (began - before).total_seconds() if began and before else None
        derived = {"item_id": item.get("id"), "text_length": len(item.get("text") or ""), "seconds_after_the_one_before": gap}
        rows.append(session | {k: v for k, v in item.items() if k != "text"} | derived)
        before = began or before
    return rows


def _sums(reply: Mapping[str, Any]) -> Row:
    return {
        "total_latency_error": _difference(reply, "total_latency", ("eou_delay", "llm_ttft", "tts_ttfb")),
        "total_tokens_error": _difference(reply, "total_tokens", ("prompt_tokens", "completion_tokens")),
    }


def _difference(row: Mapping[str, Any], total: str, parts: tuple[str, ...]) -> float | None:
    known: list[float] = [row[name] for name in (total, *parts) if row.get(name) is not None]
    return known[0] - sum(known[1:]) if len(known) == len(parts) + 1 else None


def _agreement(search: Mapping[str, Any]) -> Row:
    found, total = search.get("results_found"), search.get("total_results")
    return {"found_agrees_with_count": None if found is None or total is None else found == (total > 0)}


def _event(booking: Mapping[str, Any]) -> Row:
    return {"success_without_event": bool(booking.get("success")) and not booking.get("calendar_event_id")}


def _moment(text: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None


def _frame(rows: list[Row], columns: tuple[str, ...]) -> pd.DataFrame:
    frame = pd.DataFrame.from_records(rows, columns=["session_id", *columns])
    for column in set(_MOMENTS) & set(columns):
        frame[column] = pd.to_datetime(frame[column], utc=True, errors="coerce", format="ISO8601").dt.tz_localize(None)
    return frame
