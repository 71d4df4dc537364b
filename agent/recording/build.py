"""Build the session document from a call's rows, at its normal end and for what a killed process left behind.

Pure: the same rows give the same document. Unknown rows are ignored, so a newer spool stays readable.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from agent.recording.connection import connection
from agent.recording.replies import discarded_usage, reply_metrics
from agent.recording.times import moment
from agent.recording.tools import tool_calls
from agent.recording.utterances import Rows, interruptions, transcript, turn_taking, utterances
from contract.document.consent import refused, without_words
from contract.document.session import SessionDocument
from contract.platform.times import moment_text
from contract.rejections import Rejected, RejectionReason

_CLOSE_REASONS = {
    "error": "error",
    "job_shutdown": "agent_shutdown",
    "participant_disconnected": "user_hangup",
    "task_completed": "agent_goodbye",
    "user_initiated": "agent_shutdown",  # closed by the program without a decision of the agent
}


def build_session(rows: Rows) -> SessionDocument:
    """Build the document of one call, which ends when its caller hung up, else with the ``end`` row. Without that row it is
    ``complete: false`` and ends with the last row.

    Raises ``Rejected`` when no ``begin`` row names the call.
    """
    begin = next((row for row in rows if row["kind"] == "begin"), None)
    if begin is None:
        raise Rejected(RejectionReason.BAD_SESSION_ID, "the spool has no begin row")
    document = {**_frame(begin, rows), **_content(begin, rows)}
    return SessionDocument.model_validate(without_words(document) if refused(document) else document)


def _frame(begin: Mapping[str, Any], rows: Rows) -> dict[str, Any]:
    """Build the call's metadata (spec 1.1)."""
    offset = begin.get("offset") or 0.0
    caller = _latest(rows, "participant")
    ended, reason = _latest(rows, "end"), _disconnect_reason(rows)
    hung_up = _left_for_good(rows) if reason == "user_hangup" else None
    start = moment(begin["at"], offset)
    end = moment(hung_up or ended.get("at") or max(row["at"] for row in rows), offset)
    return {
        "session_id": begin["session_id"],
        "agent_version": begin.get("agent_version"),
        "complete": bool(ended),
        "test_call": bool(begin.get("test_call")),
        "start_time": _text(start),
        "end_time": _text(end),
        "duration_seconds": int((end - start).total_seconds()) if start and end else None,
        "participant_id": caller.get("participant_id"),
        "user_email": caller.get("email"),
        "user_name": caller.get("name"),
        "disconnect_reason": reason,
        "models": begin.get("models") or {},
    }


def _content(begin: Mapping[str, Any], rows: Rows) -> dict[str, Any]:
    """Build what was said, done and measured (spec 1.2 to 1.6), as JSON values."""
    offset = begin.get("offset") or 0.0
    said = utterances(rows)
    content: dict[str, Any] = {
        "consent": _consent(rows, offset),
        "transcript": transcript(said, rows, offset, _latest(rows, "participant").get("participant_id")),
        "interruptions": interruptions(said, rows, offset),
        "turn_taking": turn_taking(said),
        "metrics": reply_metrics(said, rows, offset),
        "discovered_signals": _latest(rows, "signals").get("signals") or {},
        "tool_calls": tool_calls(rows, offset),
        "connection": connection(rows),
        "errors": [_error(row, offset) for row in rows if row["kind"] == "error"],
    }
    if lost := discarded_usage(said, rows):
        content["discarded_usage"] = lost
    if unrecorded := _latest(rows, "end").get("unrecorded"):
        content["unrecorded_events"] = unrecorded
    return _json(content)


def _latest(rows: Rows, kind: str) -> Mapping[str, Any]:
    return next((row for row in reversed(rows) if row["kind"] == kind), {})


def _left_for_good(rows: Rows) -> float | None:
    """Return when the caller left, if they did not come back: the agent waits for them before it ends the call."""
    last = next((row for row in reversed(rows) if row["kind"] in ("left", "participant")), None)
    return last["at"] if last and last["kind"] == "left" else None


def _consent(rows: Rows, offset: float) -> dict[str, Any]:
    answer = _latest(rows, "consent")
    return {"obtained": answer.get("obtained"), "timestamp": moment(answer.get("at"), offset)}


def _error(row: Mapping[str, Any], offset: float) -> dict[str, Any]:
    return {name: row.get(name) for name in ("component", "type", "message")} | {"timestamp": moment(row["at"], offset)}


def _disconnect_reason(rows: Rows) -> str:
    """Return what the agent itself decided, else how LiveKit closed the session; a call that was cut off is ``unknown``.

    When a room is deleted, LiveKit closes its session as if the caller had left.
    """
    decided = next((row["reason"] for row in rows if row["kind"] == "ending"), None)
    if decided:
        return decided
    closed = _CLOSE_REASONS.get(_latest(rows, "close").get("reason") or "", "unknown")
    deleted = _latest(rows, "left").get("reason") == "ROOM_DELETED"
    return "agent_shutdown" if closed == "user_hangup" and deleted else closed


def _json(value: Any) -> Any:
    if isinstance(value, datetime):
        return _text(value)
    if isinstance(value, Mapping):
        return {name: _json(entry) for name, entry in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_json(entry) for entry in value]
    return value.model_dump(mode="json") if isinstance(value, BaseModel) else value


def _text(time: datetime | None) -> str | None:
    return moment_text(time, "milliseconds") if time else None
