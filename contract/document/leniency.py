"""Read null as absent where the contract has a default, so that documents of a writer that fills every field are valid."""

from __future__ import annotations

from typing import Any

_SECTIONS = ("connection", "discovered_signals")
_DEFAULTED = frozenset(
    {
        "revision", "complete", "test_call", "disconnect_reason", "consent", "transcript", "interruptions", "turn_taking",
        "metrics", "models", "discovered_signals", "tool_calls", "connection", "errors",
        "interrupted", "final", "integration_needs", "pain_points", "device_info",
    }
)  # fmt: skip


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
    if any(fields.get(name, name) is None for name in _DEFAULTED & fields.keys()):
        return {name: value for name, value in fields.items() if value is not None or name not in _DEFAULTED}
    return fields
