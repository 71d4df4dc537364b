"""The address of a call's page, for reports, alerts and CRM records alike."""

from __future__ import annotations

from urllib.parse import quote


def call_page(base_url: str, session_id: str) -> str | None:
    """Return ``{base_url}/calls/<session id>``, escaped; None while ``VOICE_BASE_URL`` is unset, so that no link leads nowhere."""
    return f"{base_url.rstrip('/')}/calls/{quote(session_id, safe='')}" if base_url else None
