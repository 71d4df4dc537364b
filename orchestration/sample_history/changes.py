"""Change a document as the incidents of its call say. Each incident touches only its own fields."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from orchestration.sample_history.incidents import (
    AnyIncident,
    ApiFailure,
    BadConnections,
    BookedMeetings,
    ContentGapWave,
    CostSpike,
    ErrorBurst,
    LatencyRamp,
    TokenLoop,
)

Document = dict[str, Any]

_POOR = {"packet_loss": 6.5, "jitter": 85.0}
"""Percent and milliseconds of a Poor connection: well past what is Fair (data/targets.yml)."""
_TOKENS = ("prompt_tokens", "completion_tokens", "total_tokens")
_MEETING_AFTER = timedelta(days=5)
"""From a call to the meeting that is booked in it."""


def changed(document: Document, incident: AnyIncident, position: int, end: datetime) -> None:
    """Change the document in place. ``position`` is the call's place in the incident, ``end`` when the call ends."""
    match incident:
        case LatencyRamp():
            _slow_down(document, incident, end)
        case ErrorBurst():
            document["disconnect_reason"] = "error"
            document["errors"].append(_error(document, "agent", "CallFailed"))
        case CostSpike():
            _multiply(document, ("tts_characters_count",), incident.factor)
        case TokenLoop():
            _multiply(document, _TOKENS, incident.factor)
        case BadConnections():
            document["connection"].update(_POOR)
        case ApiFailure():
            _fail(document, incident)
        case ContentGapWave():
            query = incident.queries[position % len(incident.queries)]
            document["tool_calls"] = [*document["tool_calls"], _search_without_result(document, query)]
        case BookedMeetings():
            document["tool_calls"].append(_booking(document, success=True))
        case _:
            pass  # its text, its samples or its delivery differ


def _slow_down(document: Document, ramp: LatencyRamp, end: datetime) -> None:
    added = round(ramp.peak_ms * ((end - ramp.start) / (ramp.end - ramp.start)))
    for reply in document["metrics"]:
        if reply["total_latency"] is not None:
            reply[ramp.component] += added
            reply["total_latency"] += added


def _multiply(document: Document, fields: tuple[str, ...], factor: float) -> None:
    for reply in document["metrics"]:
        for field in fields:
            if reply[field] is not None:
                reply[field] = round(reply[field] * factor)


def _fail(document: Document, failure: ApiFailure) -> None:
    match failure.api:
        case "knowledge_base":
            for search in (call for call in document["tool_calls"] if call["tool"] == "unleash_search_knowledge"):
                search.update(results_found=None, total_results=None, error="HTTP 503")
        case "calendar":
            document["tool_calls"].append(_booking(document, success=False))
        case "llm" | "stt" | "tts":
            document["errors"].append(_error(document, failure.api, "APIStatusError"))
        case _:
            pass  # the circuit is sampled


def _error(document: Document, component: str, kind: str) -> Document:
    return {"timestamp": document["end_time"], "component": component, "type": kind, "message": "HTTP 503"}


def _search_without_result(document: Document, query: str) -> Document:
    return {
        "tool": "unleash_search_knowledge",
        "timestamp": document["transcript"][5]["ended_at"],
        "query": query,
        "category": "features",
        "results_found": False,
        "total_results": 0,
    }


def _booking(document: Document, *, success: bool) -> Document:
    start = datetime.fromisoformat(document["start_time"])
    booking: Document = {"tool": "book_sales_meeting", "timestamp": document["transcript"][-1]["started_at"], "success": success}
    if not success:
        return booking | {"error": "HTTP 503"}
    meeting = (start + _MEETING_AFTER).replace(hour=19, minute=0, second=0, microsecond=0)
    return booking | {"meeting_time": meeting.isoformat(), "calendar_event_id": f"event_{document['session_id']}"}
