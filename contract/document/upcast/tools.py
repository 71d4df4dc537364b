"""Upcast tool calls: searches of the knowledge base and bookings of meetings."""

from __future__ import annotations

from typing import Any

from contract.document.upcast.fields import Fields, in_each, renamed

_BOOKING = "book_sales_meeting"


def tool_under_another_name(document: Fields) -> Fields:
    """Rename ``name`` and ``tool_name``, as some releases called ``tool``."""
    return in_each(document, "tool_calls", lambda call: renamed(renamed(call, "tool_name", "tool"), "name", "tool"))


def booking_in_other_words(document: Fields) -> Fields:
    """Rename ``meeting_booked`` on a tool call to ``success``."""
    return in_each(document, "tool_calls", lambda call: renamed(call, "meeting_booked", "success"))


def booking_at_top_level(document: Fields) -> Fields:
    """Turn ``meeting_booked`` (or ``success``) of the whole call into a successful tool call, unless there is one."""
    document = renamed(document, "success", "meeting_booked") if "meeting_booked" not in document else document
    calls = document.get("tool_calls")
    if document.get("meeting_booked") is not True or not isinstance(calls, list | None):
        return document
    calls = calls or []
    if any(_is_booking(call) and call.get("success") is True for call in calls):
        return document
    without_outcome = [call for call in calls if _is_booking(call) and call.get("success") is None]
    if without_outcome:
        return {**document, "tool_calls": [{**call, "success": True} if call is without_outcome[-1] else call for call in calls]}
    return {**document, "tool_calls": [*calls, {"tool": _BOOKING, "success": True}]}


def _is_booking(call: Any) -> bool:
    return isinstance(call, dict) and call.get("tool") == _BOOKING
