"""Addresses of the pages that rows lead to; what names a subject is quoted, and the filters go with it where they apply."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from orchestration.dashboards.definition import Subject

QUERY_DIGITS = 16
"""Hexadecimal digits that name a query: two of a million differ. Words of callers stand in no address, which proxies log."""


def page_of(subject: Subject, row: Mapping[str, Any], query: str = "") -> str:
    """Return where a row leads, empty when it does not have what names the page; ``query`` is the filters of the address."""
    if subject == "lead" and not row.get("lead_key"):
        subject = "call"
    parts = [row.get(name) for name in _NAMED_BY[subject]]
    if any(part in (None, "", "unknown") for part in parts):
        return ""
    named = [query_key(str(part)) if subject == "query" else quote(str(part), safe="") for part in parts]
    path = "/".join([_PATHS[subject], *named])
    return f"{path}?{query}" if query and subject in _FILTERED else path


def list_of(subject: Subject) -> str:
    """Return the page that lists all of them."""
    return _PATHS[subject]


def query_key(text: str) -> str:
    """Return the name of a normalised query in addresses."""
    return sha256(text.encode()).hexdigest()[:QUERY_DIGITS]


_PATHS: Mapping[Subject, str] = {
    "call": "/calls",
    "lead": "/leads",
    "query": "/queries",
    "industry": "/industries",
    "objection": "/objections",
    "alert": "/alerts",
}
_NAMED_BY: Mapping[Subject, tuple[str, ...]] = {
    "call": ("session_id",),
    "lead": ("lead_key",),
    "query": ("query",),
    "industry": ("industry",),
    "objection": ("category", "objection"),
    "alert": ("id",),
}
_FILTERED = ("query", "industry", "objection")
