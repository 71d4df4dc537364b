"""Accept two habits of other writers: null for absent where the contract has a default, and offsets of hours alone."""

from __future__ import annotations

import re
from typing import Any

_SECTIONS = ("connection", "discovered_signals")
_DEFAULTED = frozenset(
    {
        "revision", "complete", "test_call", "disconnect_reason", "consent", "transcript", "interruptions", "turn_taking",
        "metrics", "models", "discovered_signals", "tool_calls", "connection", "errors",
        "interrupted", "final", "integration_needs", "pain_points", "device_info",
    }
)  # fmt: skip

TIMES_AT_TOP = ("start_time", "end_time", "consent_timestamp")
TIMES_IN_LISTS = {
    "transcript": ("started_at", "ended_at"),
    "tool_calls": ("timestamp", "meeting_time"),
    "interruptions": ("timestamp",),
    "metrics": ("timestamp",),
    "errors": ("timestamp",),
}
"""The fields that hold a time; ``consent.timestamp`` is another."""
_HOURS_ALONE = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d([.,]\d+)?)?[+-]\d\d", re.ASCII)


def full_offsets(document: dict[str, Any]) -> dict[str, Any]:
    """Complete an offset of hours alone, as PostgreSQL writes it (``+00``) and ISO 8601 allows; parsers refuse it.

    Returns the same object when there are none.
    """
    changed = with_minutes(document, TIMES_AT_TOP)
    consent = changed.get("consent")
    if isinstance(consent, dict) and (completed := with_minutes(consent, ("timestamp",))) is not consent:
        changed = {**changed, "consent": completed}
    for section, names in TIMES_IN_LISTS.items():
        entries = changed.get(section)
        if not isinstance(entries, list):
            continue
        completed = [with_minutes(entry, names) if isinstance(entry, dict) else entry for entry in entries]
        if any(new is not old for new, old in zip(completed, entries, strict=True)):
            changed = {**changed, section: completed}
    return changed


def drop_nulls(document: dict[str, Any]) -> dict[str, Any]:
    """Remove nulls from fields with a default. Returns the same object when there are none."""
    changed = _without_nulls(document)
    for section in _SECTIONS:
        value = changed.get(section)
        if isinstance(value, dict) and (shorter := _without_nulls(value)) is not value:
            changed = {**changed, section: shorter}
    items = changed.get("transcript")
    if isinstance(items, list):
        shorter = [_without_nulls(item) if isinstance(item, dict) else item for item in items]
        if any(new is not old for new, old in zip(shorter, items, strict=True)):
            changed = {**changed, "transcript": shorter}
    return changed


def _without_nulls(fields: dict[str, Any]) -> dict[str, Any]:
    if None in fields.values() and any(fields.get(name, name) is None for name in _DEFAULTED & fields.keys()):
        return {name: value for name, value in fields.items() if value is not None or name not in _DEFAULTED}
    return fields


def with_minutes(fields: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """Complete the offsets of these times. Returns the same object when none is of hours alone."""
    hours_alone = {
        name: f"{text}:00"
        for name in names
        if isinstance(text := fields.get(name), str) and text[-3:-2] in ("+", "-") and _HOURS_ALONE.fullmatch(text)
    }
    return {**fields, **hours_alone} if hours_alone else fields
