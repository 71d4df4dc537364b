"""Change one part of a document given as a plain dict, whose values may be of any type; shared by the steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Fields = dict[str, Any]
Step = Callable[[Fields], Fields]


def renamed(fields: Fields, older: str, newer: str) -> Fields:
    """Move a value to its newer name unless that already holds one."""
    if older not in fields:
        return fields
    value = fields[older]
    rest = {name: kept for name, kept in fields.items() if name != older}
    return rest if rest.get(newer) is not None or value is None else {**rest, newer: value}


def in_section(document: Fields, section: str, change: Step) -> Fields:
    """Apply ``change`` to one object of the document, if it is one."""
    value = document.get(section)
    return {**document, section: change(value)} if isinstance(value, dict) else document


def in_each(document: Fields, section: str, change: Step) -> Fields:
    """Apply ``change`` to every object of a list of the document, if it is one."""
    value = document.get(section)
    if not isinstance(value, list):
        return document
    return {**document, section: [change(entry) if isinstance(entry, dict) else entry for entry in value]}
