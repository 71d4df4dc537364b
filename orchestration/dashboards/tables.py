"""Word the rows of a part as a table, whose values lead to the pages of what they are about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from contract.platform.times import aware
from orchestration.dashboards.context import WordingContext
from orchestration.dashboards.definition import Column, Widget, WidgetPart
from orchestration.dashboards.links import page_of
from orchestration.dashboards.reading import PartRows, Row
from orchestration.dashboards.wording import NOT_MEASURED, written

_TONES: Mapping[str, str] = {
    "P1": "bad", "P2": "warn", "open": "bad", "acknowledged": "warn", "resolved": "good", "sent": "good", "parked": "bad",
    "unknown": "warn",
}  # fmt: skip
"""Tones of severities and states; of others the text is as quiet as the rest."""
_ROOM: Mapping[str, str] = {"moment": "line", "capital": "line", "quote": "wide"}
_MADE_OF_ROWS = ("person", "signals")
"""Formats that word several columns of a row, whatever the column is called."""


@dataclass(frozen=True)
class Cell:
    """A value of a table; ``link`` leads to what it is about, ``numeric`` ones stand at the right.

    ``room`` is ``line`` for a value that is not broken, ``wide`` for sentences, which a narrow screen scrolls to.
    ``value`` is what a browser sorts by: a number, empty for what was not measured, None for what is sorted by its text.
    """

    text: str
    numeric: bool = False
    tone: str = ""
    link: str = ""
    room: str = ""
    value: str | None = None


@dataclass(frozen=True)
class TableView:
    heads: tuple[tuple[str, bool], ...]
    rows: tuple[tuple[Cell, ...], ...]
    alarms: tuple[bool, ...]
    tips: tuple[tuple[str, ...], ...] = ()


def table_of(widget: Widget, part: WidgetPart, read: PartRows, context: WordingContext) -> TableView:
    """Return the table; columns that the asker's query does not have are left out."""
    columns = [each for each in part.columns if each.format in _MADE_OF_ROWS or each.name in read.rows[0]]
    rows = [tuple(_cell(widget, part, column, row, context, read) for column in columns) for row in read.rows]
    heads = tuple((column.label, _is_numeric(column)) for column in columns)
    alarms = tuple(part.show == "table" and part.alarm is not None and row.get(part.alarm) == 0 for row in read.rows)
    tips: tuple[tuple[str, ...], ...] = ()
    if widget.drill_down == "objection":
        tips = tuple(context.names.tips(str(row.get("category"))) for row in read.rows)
    return TableView(heads, tuple(rows), alarms, tips)


def _cell(widget: Widget, part: WidgetPart, column: Column, row: Row, context: WordingContext, read: PartRows) -> Cell:
    subject = column.link or (widget.drill_down if column is part.columns[0] else None)
    link = page_of(subject, row, context.query) if subject and not (subject == "query" and read.restricted) else ""
    if column.format == "person":
        return Cell(context.names.person(row), link=link)
    if column.format == "signals":
        signals = ", ".join(context.names.signals(row))
        return Cell(signals or NOT_MEASURED, room="wide", value=None if signals else "")
    if column.format == "signal":
        return Cell(context.names.signal(row))
    if column.format == "salesforce":
        record = context.names.record(context.crm, row.get("remote_id"))
        return Cell("Open in Salesforce" if record else NOT_MEASURED, link=record, value=None if record else "")
    value = row[column.name]
    if part.buckets and column is part.columns[0]:
        return Cell(part.buckets.get(value, str(value)), value=sort_value(value))
    text = " ".join(filter(None, written(value, column.format, context.names, context.zone)))
    tone = _TONES.get(str(value), "") if column.format in ("severity", "status") else ""
    if column.name == part.alarm and value is not None and value == 0:
        tone = "bad"
    return Cell(text, _is_numeric(column), tone, link, _ROOM.get(column.format, ""), sort_value(value))


def sort_value(value: Any) -> str | None:
    """Return the number that a value is sorted by, of a moment its seconds; empty without a value, None for a text."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return str(aware(value).timestamp())
    if isinstance(value, date):
        return str(value.toordinal())
    if isinstance(value, bool | int | float | Decimal):
        return str(+value)
    return None


def _is_numeric(column: Column) -> bool:
    return column.format in ("count", "decimal", "percent", "ms", "minutes", "score", "usd", "money", "amount")
