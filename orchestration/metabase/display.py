"""Turn how a part is shown into Metabase's kind of chart and its settings.

Settings are those of the representation format's specification, Visualization Settings and Click Behavior.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from orchestration.dashboards.definition import Column, Format, Show, Tone, WidgetPart
from orchestration.messages.palette import chart_shade
from orchestration.rules.goals import Goals
from orchestration.rules.measures import Measure, Target

SHADE = "shade"
"""The column that ``native_sql`` of a coloured histogram adds: the name of the bar's colour group."""
IN_RANGE, OUT_OF_RANGE = "In the target range", "Outside"
TONES: Mapping[str, str] = {tone: chart_shade(tone).light for tone in get_args(Tone)}
"""The colours of our light pages."""
_NUMBER = "decimal"
_STYLES: Mapping[Format, Mapping[str, Any]] = {
    "count": {"number_style": _NUMBER, "decimals": 0},
    "amount": {"number_style": _NUMBER, "decimals": 0},
    "money": {"number_style": _NUMBER, "decimals": 0},
    "decimal": {"number_style": _NUMBER, "decimals": 1},
    "score": {"number_style": _NUMBER, "decimals": 1},
    "percent": {"number_style": "percent", "decimals": 0},
    "ms": {"number_style": _NUMBER, "decimals": 0, "suffix": " ms"},
    "minutes": {"number_style": _NUMBER, "decimals": 1, "suffix": " min"},
    "usd": {"number_style": "currency", "currency": "USD", "decimals": 2},
    "usd_an_hour": {"number_style": "currency", "currency": "USD", "decimals": 2, "suffix": " per hour"},
    "hour": {"time_enabled": "minutes"},
    "minute": {"time_enabled": "minutes"},
    "moment": {"time_enabled": "minutes"},
}
_UTC: tuple[Format, ...] = ("hour", "minute", "moment")
"""Formats of moments, which Metabase shows as the warehouse keeps them."""
_COMPUTED: tuple[Format, ...] = ("person", "signals", "salesforce")
"""Formats of columns that our page makes of several; in Metabase the columns of the query stand instead."""


@dataclass(frozen=True)
class CardDisplay:
    """Metabase's ``display`` and ``visualization_settings``."""

    kind: str
    settings: Mapping[str, Any]


@dataclass(frozen=True)
class PartShown:
    """What drawing a part takes: its measure if it has one, and the goals."""

    part: WidgetPart
    measure: Measure | None
    goals: Goals

    @property
    def columns(self) -> Sequence[Column]:
        """The columns of the query as readers see them; a part of a measure has a value, and a day before it."""
        if self.measure is None:
            return self.part.columns
        value = Column(name="value", label=self.measure.label, format=self.measure.unit)
        return (Column(name=self.part.by, label="Day", format="day"), value) if self.part.by else (value,)

    @property
    def decimals(self) -> int | None:
        """Places that the measure is shown with; None for those of the format."""
        return self.measure.decimals if self.measure and self.measure.decimals else None

    @property
    def target(self) -> Target | None:
        goal = self.goals.goals.get(self.part.goal or "")
        if goal is not None:
            return Target(at_least=goal)
        return self.part.target or (self.measure.target if self.measure else None)

    @property
    def is_colored(self) -> bool:
        return self.part.show == "histogram" and bool(self.part.highlight or self.part.colors)


def display_of(shown: PartShown) -> CardDisplay:
    return _DISPLAYS[shown.part.show](shown)


def notes_display(shown: PartShown) -> CardDisplay:
    """Return the display of the figures beside a figure: a table of one row."""
    return CardDisplay("table", {**_listed(shown.part.notes), **_column_settings(shown.part.notes)})


def _figure(shown: PartShown) -> CardDisplay:
    part = shown.part
    if part.format == "money":  # a row for each currency
        columns = (Column(name="currency", label="Currency", format="text"), _value_column(shown), *part.notes)
        return CardDisplay("table", {**_listed(columns), **_column_settings(columns)})
    settings = _column_settings((_value_column(shown),), shown.decimals)
    if part.gauge:
        return CardDisplay("gauge", {"gauge.segments": [*_segments(shown, part.gauge)], **settings})
    return CardDisplay("scalar", {"scalar.field": "value", **settings})


def _value_column(shown: PartShown) -> Column:
    if shown.measure:
        return Column(name="value", label=shown.measure.label, format=shown.measure.unit)
    return Column(name="value", label=shown.part.caption or "Value", format=shown.part.format or "count")


def _segments(shown: PartShown, scale: tuple[float, float]) -> Iterator[dict[str, Any]]:
    """Colour the scale by the part's bands, else by its target; one colour without either."""
    low, high = scale
    bands = [(band.tone, band.below if band.below is not None else band.at_most) for band in shown.part.bands]
    if not bands and shown.target:
        up_to = shown.target.below if shown.target.below is not None else shown.target.at_most
        bound = up_to if up_to is not None else limit_of(shown.target)
        bands = [("good", bound), ("bad", None)] if up_to is not None else [("warn", bound), ("good", None)]
    for tone, bound in bands or [("accent", None)]:
        end = high if bound is None else bound
        yield {"min": low, "max": end, "color": TONES[tone], "label": ""}
        low = end


def limit_of(target: Target) -> float:
    """Return the bound that a line is drawn at."""
    bounds = (target.below, target.at_most, target.above, target.at_least)
    return next(bound for bound in bounds if bound is not None)


def _line(shown: PartShown) -> CardDisplay:
    part, columns = shown.part, shown.columns
    measured = [column for column in columns[1:] if column.name not in ("n", part.series)]
    settings: dict[str, Any] = {
        "graph.dimensions": [columns[0].name, *([part.series] if part.series else [])],
        "graph.metrics": [column.name for column in measured],
        "graph.x_axis.scale": "timeseries",
        **_goal(shown),
        **_column_settings(columns, shown.decimals),
    }
    colors = {column.name: {"color": TONES[part.colors[column.label]]} for column in measured if column.label in part.colors}
    return CardDisplay("line", {**settings, **({"series_settings": colors} if colors else {})})


def _spark(shown: PartShown) -> CardDisplay:
    axes = {"graph.y_axis.axis_enabled": False, "graph.x_axis.labels_enabled": False, "graph.y_axis.labels_enabled": False}
    return CardDisplay("line", {**_line(shown).settings, **axes})


def _histogram(shown: PartShown) -> CardDisplay:
    part, columns = shown.part, shown.columns
    settings: dict[str, Any] = {
        "graph.dimensions": [columns[0].name, *([SHADE] if shown.is_colored else [])],
        "graph.metrics": [columns[1].name],
        "graph.x_axis.scale": "ordinal",
        "graph.x_axis.title_text": columns[0].label,
        "stackable.stack_type": "stacked" if shown.is_colored else None,
        **_column_settings(columns),
    }
    if part.colors:
        shades = {part.buckets.get(int(bucket), str(bucket)): tone for bucket, tone in part.colors.items()}
    else:
        shades = {IN_RANGE: "accent", OUT_OF_RANGE: "quiet"} if part.highlight else {}
    if shades:
        settings["series_settings"] = {name: {"color": TONES[tone]} for name, tone in shades.items()}
    return CardDisplay("bar", settings)


def _bar(shown: PartShown) -> CardDisplay:
    part, columns = shown.part, shown.columns
    settings = {
        "graph.dimensions": [columns[0].name, part.series],
        "graph.metrics": [columns[-1].name],
        "graph.x_axis.scale": "ordinal",
        "stackable.stack_type": "stacked",
        "series_settings": {str(name): {"color": TONES[tone]} for name, tone in part.colors.items()},
        **_column_settings(columns),
    }
    return CardDisplay("bar", settings)


def _bars(shown: PartShown) -> CardDisplay:
    columns = shown.columns
    return CardDisplay(
        "row",
        {"graph.dimensions": [columns[0].name], "graph.metrics": [columns[1].name], **_column_settings(columns)},
    )


def _pie(shown: PartShown) -> CardDisplay:
    columns = shown.columns
    settings = {
        "pie.dimension": columns[0].name,
        "pie.metric": columns[1].name,
        "pie.percent_visibility": "legend",
        "pie.slice_threshold": 0,
        "pie.colors": {str(name): TONES[tone] for name, tone in shown.part.colors.items()},
        **_column_settings(columns),
    }
    return CardDisplay("pie", settings)


def _table(shown: PartShown) -> CardDisplay:
    part, columns = shown.part, shown.columns
    computed = any(column.format in _COMPUTED for column in columns)
    settings = {} if computed else {**_listed(columns), **_column_settings(columns)}
    if part.alarm:
        settings["table.column_formatting"] = [_rule(part.alarm, "=", "bad", whole_row=True)]
    return CardDisplay("table", settings)


def _cloud(shown: PartShown) -> CardDisplay:
    """Metabase has no word cloud: a table whose balance has the colours of the cloud."""
    balance = shown.columns[-1].name
    rules = [_rule(balance, "<", "good"), _rule(balance, ">", "bad")]
    return CardDisplay("table", {**_table(shown).settings, "table.column_formatting": rules})


def _rule(column: str, operator: str, tone: str, *, whole_row: bool = False) -> dict[str, Any]:
    return {
        "columns": [column], "type": "single", "operator": operator, "value": 0, "color": TONES[tone], "highlight_row": whole_row,
    }  # fmt: skip


def _goal(shown: PartShown) -> dict[str, Any]:
    if shown.target is None:
        return {}
    label = "Goal" if shown.part.goal else "Target"
    return {"graph.show_goal": True, "graph.goal_value": limit_of(shown.target), "graph.goal_label": label}


def _listed(columns: Sequence[Column]) -> dict[str, Any]:
    """Show these columns in this order, and no other of the query."""
    return {"table.columns": [{"name": column.name, "enabled": True} for column in columns]}


def _column_settings(columns: Sequence[Column], decimals: int | None = None) -> dict[str, Any]:
    """Return titles and styles; ``decimals`` are the places of the column ``value``."""
    styles = {column.name: _of_column(column) for column in columns}
    if decimals is not None and "value" in styles:
        styles["value"]["decimals"] = decimals
    return {"column_settings": {column_key(name): style for name, style in styles.items()}}


def column_key(name: str) -> str:
    """Return the key of a column in ``column_settings``."""
    return json.dumps(["name", name], separators=(",", ":"))


def _of_column(column: Column) -> dict[str, Any]:
    label = f"{column.label} (UTC)" if column.format in _UTC else column.label
    return {"column_title": label, **_STYLES.get(column.format, {})}


_DISPLAYS: Mapping[Show, Callable[[PartShown], CardDisplay]] = {
    "figure": _figure, "spark": _spark, "line": _line, "histogram": _histogram, "bars": _bars, "bar": _bar, "pie": _pie,
    "table": _table, "list": _table, "cloud": _cloud,
}  # fmt: skip
