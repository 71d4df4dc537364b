"""What stays of a call whose caller refused to be transcribed: that it took place, never what was said."""

from __future__ import annotations

from typing import Any

from contract.session import SessionDocument

_ALLOWED = frozenset(SessionDocument.model_fields) | {"cost_summary", "metrics_summary", "conversation_state", "user_metadata"}


def refused(document: dict[str, Any]) -> bool:
    """Only an explicit no is a refusal; of silence, older documents and unasked callers nothing is known."""
    consent = document.get("consent")
    return isinstance(consent, dict) and consent.get("obtained") is False


def without_words(document: dict[str, Any]) -> dict[str, Any]:
    """A refused call without its words. An unknown field could repeat them, so only known ones stay (contract: 'consent')."""
    return {name: value for name, value in document.items() if name in _ALLOWED} | {"transcript": []}
