"""Rows of a small call, and the moment the tests deliver it at."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
START = datetime(2026, 11, 20, 15, 4, 5, tzinfo=UTC)


def rows_of(session_id: str = "room", start: datetime = START, *, ended: bool = True, said: int = 15) -> list[dict[str, Any]]:
    at = start.timestamp()
    begin = {"kind": "begin", "at": at, "offset": 0.0, "session_id": session_id, "room": session_id, "agent_version": "1"}
    rows = [begin]
    for number in range(said):
        text = {"id": f"item_{number}", "role": "user", "text": f"Sentence {number}.", "interrupted": False}
        rows.append({"kind": "item", "at": at + number, "speech_id": None, **text})
    return [*rows, {"kind": "end", "at": at + said}] if ended else rows
