"""Build the document's searches and bookings with every field of spec 1.5, failed ones included."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agent.recording.times import moment
from agent.recording.utterances import Rows

RECORDED = ("unleash_search_knowledge", "book_sales_meeting")


def tool_calls(rows: Rows, offset: float) -> list[dict[str, Any]]:
    """Return tool calls in order of time. One that LiveKit refused to run, as the model called it wrongly, has only its error."""
    own = {row["call_id"] for row in rows if row["kind"] == "tool"}
    refused = [row for row in rows if row["kind"] == "executed" and row["call_id"] not in own and row["tool"] in RECORDED]
    made = [row for row in rows if row["kind"] == "tool"] + refused
    return [_entry(row, offset) for row in sorted(made, key=lambda row: row["at"])]


def _entry(row: Mapping[str, Any], offset: float) -> dict[str, Any]:
    fields = {name: value for name, value in row.items() if name not in ("kind", "at", "call_id")}
    return fields | {"timestamp": moment(row["at"], offset)}
