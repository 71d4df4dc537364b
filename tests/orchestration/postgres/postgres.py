"""Asking PostgreSQL, and words of a published call that any encoding but UTF-8 would spoil."""

from __future__ import annotations

from typing import Any

WORDS = "Zoë said: «ça va» — 😀"


def ask(reader: Any, sql: str) -> list[tuple[Any, ...]]:
    with reader.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else []


def names(reader: Any, sql: str) -> set[Any]:
    """The first column."""
    return {row[0] for row in ask(reader, sql)}
