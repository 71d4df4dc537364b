"""Upcast consent, the mark of a test, duration, disconnect reason and measurements."""

from __future__ import annotations

import math
from typing import get_args

from contract.document.session import DisconnectReason
from contract.document.upcast.fields import Fields

_REASONS = frozenset(get_args(DisconnectReason))
_HUNG_UP = frozenset({"client_initiated", "participant_disconnected", "user_disconnected", "participant_left", "hangup"})


def consent_in_two_fields(document: Fields) -> Fields:
    """Move ``consent_obtained`` and ``consent_timestamp`` from the top level; a missing answer stays unknown, never a yes."""
    if document.get("consent") is not None:
        given = document["consent"]
        return {**document, "consent": {"obtained": given}} if isinstance(given, bool) else document
    rest = {name: value for name, value in document.items() if name not in ("consent_obtained", "consent_timestamp")}
    if len(rest) == len(document):
        return document
    return {**rest, "consent": {"obtained": document.get("consent_obtained"), "timestamp": document.get("consent_timestamp")}}


def marked_as_test(document: Fields) -> Fields:
    """Read ``test_run``, the older name, as ``test_call``; a call that either of them marks is a test. Other types stay wrong."""
    if document.get("test_run") is None:
        return document
    rest = {name: value for name, value in document.items() if name != "test_run"}
    return rest if rest.get("test_call") is True else {**rest, "test_call": document["test_run"]}


def fractional_duration(document: Fields) -> Fields:
    """Round ``duration_seconds`` down: the older agent wrote a float that included its own start-up."""
    seconds = document.get("duration_seconds")
    if not isinstance(seconds, float) or not math.isfinite(seconds):
        return document
    return {**document, "duration_seconds": math.floor(seconds)}


def ending_in_other_words(document: Fields) -> Fields:
    """Map LiveKit's own names of disconnect reasons, which the older agent passed on; one without a counterpart stays beside."""
    said = document.get("disconnect_reason")
    if not isinstance(said, str) or said in _REASONS:
        return document
    if said.lower() in _HUNG_UP:
        return {**document, "disconnect_reason": "user_hangup"}
    return {**document, "disconnect_reason": "unknown", "disconnect_reason_said": said}


def metrics_as_object(document: Fields) -> Fields:
    """Rename an object ``metrics`` to ``metrics_summary``: the older agent measured no replies, only summaries."""
    metrics = document.get("metrics")
    if not isinstance(metrics, dict):
        return document
    rest = {name: value for name, value in document.items() if name != "metrics"}
    return {"metrics_summary": metrics, **rest}
