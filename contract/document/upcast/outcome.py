"""How the call went: consent, length, ending and measurements."""

from __future__ import annotations

import math
from typing import get_args

from contract.document.session import DisconnectReason
from contract.document.upcast.fields import Fields

_REASONS = frozenset(get_args(DisconnectReason))
_HUNG_UP = frozenset({"client_initiated", "participant_disconnected", "user_disconnected", "participant_left", "hangup"})


def consent_in_two_fields(document: Fields) -> Fields:
    """It wrote ``consent_obtained`` and ``consent_timestamp`` at the top level; silence stays unknown, never a yes."""
    if document.get("consent") is not None:
        given = document["consent"]
        return {**document, "consent": {"obtained": given}} if isinstance(given, bool) else document
    rest = {name: value for name, value in document.items() if name not in ("consent_obtained", "consent_timestamp")}
    if len(rest) == len(document):
        return document
    return {**rest, "consent": {"obtained": document.get("consent_obtained"), "timestamp": document.get("consent_timestamp")}}


def fractional_duration(document: Fields) -> Fields:
    """It wrote ``duration_seconds`` as a float, its own start-up included; version 1 counts whole seconds, and so do we."""
    seconds = document.get("duration_seconds")
    if not isinstance(seconds, float) or not math.isfinite(seconds):
        return document
    return {**document, "duration_seconds": math.floor(seconds)}


def ending_in_other_words(document: Fields) -> Fields:
    """It passed on LiveKit's own names of how a participant left; the word stays beside when it has no counterpart."""
    said = document.get("disconnect_reason")
    if not isinstance(said, str) or said in _REASONS:
        return document
    if said.lower() in _HUNG_UP:
        return {**document, "disconnect_reason": "user_hangup"}
    return {**document, "disconnect_reason": "unknown", "disconnect_reason_said": said}


def metrics_as_object(document: Fields) -> Fields:
    """It measured no replies: what it calls ``metrics`` is a summary, kept as ``metrics_summary``."""
    metrics = document.get("metrics")
    if not isinstance(metrics, dict):
        return document
    rest = {name: value for name, value in document.items() if name != "metrics"}
    return {"metrics_summary": metrics, **rest}
