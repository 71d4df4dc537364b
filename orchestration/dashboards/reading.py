"""Run a widget's queries on the published warehouse, as far as the asker may see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb

from orchestration.dashboards.definition import Widget, WidgetPart
from orchestration.dashboards.fragments import bound, template
from orchestration.rules.measures import Measures

Row = dict[str, Any]


@dataclass(frozen=True)
class PartRows:
    """What one query gave. ``restricted`` is true when the asker lacks a right and ``sql_without`` was run."""

    part: WidgetPart
    sql: str
    rows: tuple[Row, ...]
    restricted: bool = False

    @property
    def n(self) -> int:
        """What the rows are made of: their column ``n``, else the first count beside what is counted, else the rows themselves."""
        counts = ["n", *(column.name for column in self.part.columns[1:] if column.format == "count")]
        counted = next((name for name in counts if any(row.get(name) is not None for row in self.rows)), None)
        if counted is None or self.part.show == "list":
            return 0 if self.is_nothing else len(self.rows)
        return int(sum(row[counted] or 0 for row in self.rows))

    @property
    def is_nothing(self) -> bool:
        """Without rows, or of sums over nothing, which are null; a 0 is a figure."""
        if self.part.show in ("list", "table"):
            return not self.rows
        figures = (value for row in self.rows for name, value in row.items() if name != "n" and isinstance(value, int | float))
        return next(figures, None) is None


@dataclass(frozen=True)
class WidgetRows:
    """``failed`` is true when a table is missing or cannot be read: the widget says so, the others stay."""

    widget: Widget
    parts: tuple[PartRows, ...] = field(default=())
    failed: bool = False

    @property
    def n(self) -> int:
        return self.parts[0].n if self.parts else 0


def read_widget(
    connection: duckdb.DuckDBPyConnection, widget: Widget, values: Mapping[str, Any], rights: frozenset[str], measures: Measures
) -> WidgetRows:
    """Read every part; ``values`` are filters that are set and moments by name, ``rights`` names such as ``words``."""
    try:
        return WidgetRows(widget, tuple(_parts(connection, widget, values, rights, measures)))
    except duckdb.Error:
        return WidgetRows(widget, failed=True)


def _parts(
    connection: duckdb.DuckDBPyConnection, widget: Widget, values: Mapping[str, Any], rights: frozenset[str], measures: Measures
) -> Iterator[PartRows]:
    for part in widget.parts:
        allowed = part.needs is None or part.needs in rights
        sql, parameters = bound(template(part, measures, allowed=allowed), values)
        result = connection.execute(sql, parameters)
        names = [column[0] for column in result.description or ()]
        rows = tuple(dict(zip(names, map(_plain, row), strict=True)) for row in result.fetchall())
        yield PartRows(part, sql, rows, restricted=not allowed)


def _plain(value: Any) -> Any:
    """Numbers of the database as JSON has them; days and moments stay."""
    if isinstance(value, Decimal):
        return float(value)
    return value


def as_json(row: Row) -> Row:
    """Days and moments (UTC) in ISO 8601."""
    return {name: _written(value) for name, value in row.items()}


def _written(value: Any) -> Any:
    if isinstance(value, datetime):
        return f"{value.isoformat()}Z"
    return value.isoformat() if isinstance(value, date) else value
