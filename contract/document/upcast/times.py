"""Upcast times: the older agent wrote UTC without an offset."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from contract.document.leniency import TIMES_AT_TOP, TIMES_IN_LISTS
from contract.document.upcast.fields import Fields, in_each

_NAIVE = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d([.,]\d+)?)?", re.ASCII)
_WITH_OFFSET = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d([.,]\d+)?)?(Z|[+-]\d\d(:?\d\d)?)", re.ASCII)
_SECONDS = range(1_000_000_000, 10_000_000_000)
_MILLISECONDS = range(1_000_000_000_000, 10_000_000_000_000)


def start_in_metadata(document: Fields) -> Fields:
    """Take the start from ``user_metadata.session_start``, the only place a session cut short had it."""
    metadata = document.get("user_metadata")
    if document.get("start_time") is not None or not isinstance(metadata, dict) or "session_start" not in metadata:
        return document
    return {**document, "start_time": metadata["session_start"]}


def times_without_offset(document: Fields) -> Fields:
    """Add UTC to ``datetime.utcnow().isoformat()`` and convert ``time.time()``; move a meeting time in words to a field beside."""
    document = _with_utc(document, TIMES_AT_TOP)
    for section, names in TIMES_IN_LISTS.items():
        document = in_each(document, section, lambda entry, names=names: _with_utc(entry, names))
    return in_each(document, "tool_calls", _meeting_time_in_words)


def _with_utc(fields: Fields, names: tuple[str, ...]) -> Fields:
    present = {name: _utc(fields[name]) for name in names if fields.get(name) is not None}
    return {**fields, **present}


def _utc(value: Any) -> Any:
    if isinstance(value, str):
        return f"{value.strip()}Z" if _NAIVE.fullmatch(value.strip()) else value
    if isinstance(value, int | float) and int(value) in _SECONDS:
        return datetime.fromtimestamp(value, UTC).isoformat()
    if isinstance(value, int | float) and int(value) in _MILLISECONDS:
        return datetime.fromtimestamp(value / 1000, UTC).isoformat()
    return value


def _meeting_time_in_words(call: Fields) -> Fields:
    said = call.get("meeting_time")
    if not isinstance(said, str) or _WITH_OFFSET.fullmatch(said):
        return call
    return {**call, "meeting_time": None, "meeting_time_said": said}
