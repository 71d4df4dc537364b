"""Word what a widget shows: figures with units, notes, charts with their tables, and states in which there is nothing to show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from orchestration.dashboards.charts import CHARTS, specification_of, svg_of
from orchestration.dashboards.context import WordingContext
from orchestration.dashboards.definition import Column, SecondFigure, Widget, WidgetPart
from orchestration.dashboards.filters import FILTER_LABELS
from orchestration.dashboards.links import list_of
from orchestration.dashboards.reading import PartRows, Row, WidgetRows
from orchestration.dashboards.span_bounds import SPANS
from orchestration.dashboards.tables import Cell, TableView, table_of
from orchestration.dashboards.wording import change, written
from orchestration.rules.measures import Measure, Measures, Target

State = Literal["ok", "empty", "unavailable", "failed"]
_LEAST_SHARE = 0.01  # of a budget without a place after the point
_LEAST_POINTS = 2  # of a sparkline: one day is no course


@dataclass(frozen=True)
class Gauge:
    """Percent of the scale that is filled, and where the target stands on it."""

    percent: float
    target: float | None


@dataclass(frozen=True)
class FigureView:
    value: str
    unit: str
    tone: str
    caption: str
    notes: tuple[tuple[str, str], ...]
    target: str
    verdict: str
    gauge: Gauge | None


@dataclass(frozen=True)
class BarView:
    """A horizontal bar; ``percent`` of its track is filled."""

    name: Cell
    text: str
    percent: float


@dataclass(frozen=True)
class PartView:
    """``svg`` is a drawing for cards of one column, ``svg_wide`` one for those of two; ``specifications`` are the same, in this
    order, for a browser that draws them itself.
    """

    show: str
    caption: str = ""
    figure: FigureView | None = None
    table: TableView | None = None
    svg: str = ""
    svg_wide: str = ""
    specifications: tuple[str, ...] = ()
    words: tuple[tuple[str, int, str], ...] = ()
    bars: tuple[BarView, ...] = ()
    nothing: str = ""


@dataclass(frozen=True)
class WidgetView:
    """``link`` leads to what the figures are made of, where no row of them does.

    ``unfiltered`` says which filters are set and do not apply.
    """

    widget: Widget
    span: str
    state: State
    message: str
    parts: tuple[PartView, ...]
    n: str
    restricted: str
    link: str = ""
    unfiltered: str = ""


def widget_view(read: WidgetRows, context: WordingContext) -> WidgetView:
    """The same rows give the same view."""
    widget = read.widget
    state, message = _state(read)
    parts = tuple(_part_view(widget, rows, context) for rows in read.parts) if state == "ok" else ()
    restricted = next((rows.part.without for rows in read.parts if rows.restricted), "")
    n = f"n = {read.n:,}" if read.n and widget.span != "now" else ""
    link = f"{list_of(widget.drill_down)}?{context.query}" if widget.drill_down and widget.parts[0].show == "figure" else ""
    return WidgetView(widget, SPANS[widget.span], state, message, parts, n, restricted, link, _unfiltered(widget, context))


def _unfiltered(widget: Widget, context: WordingContext) -> str:
    """Name the filters that are set and that the widget does not apply; pages of one lead are of all its calls anyway."""
    ignored = [FILTER_LABELS[name].lower() for name in context.applied if name not in widget.filters and widget.span != "always"]
    return f"Not filtered by {', '.join(ignored)}." if ignored else ""


def _state(read: WidgetRows) -> tuple[State, str]:
    if read.failed:
        return "failed", "These figures cannot be read at the moment. The others are not affected."
    if all(rows.is_nothing for rows in read.parts):
        part = read.widget.parts[0]
        return ("unavailable", part.unavailable) if part.unavailable else ("empty", part.empty)
    return "ok", ""


def _part_view(widget: Widget, read: PartRows, context: WordingContext) -> PartView:
    part, measure = read.part, _measure(read.part, context)
    if read.is_nothing:
        return PartView(part.show, part.caption, nothing=part.empty)
    if part.show == "figure":
        return PartView(part.show, figure=_figure(read, measure, context))
    shown = part.model_copy(update={"columns": columns_of(part, context.measures)})
    table = table_of(widget, shown, read, context)
    if part.show == "cloud":
        return PartView(part.show, part.caption, table=table, words=tuple(_cloud(shown, read.rows, context)))
    if part.show == "bars":
        return PartView(part.show, part.caption, table=table, bars=tuple(_bars(shown, read.rows, table)))
    if part.show not in CHARTS:
        return PartView(part.show, part.caption, table=table)
    if part.show == "spark" and len(read.rows) < _LEAST_POINTS:
        return PartView(part.show, part.caption, table=table)
    rows = [_drawable(shown, row, context) for row in _with_empty_days(shown, read.rows)]
    marks = [(day.isoformat(), label) for day, label in context.events] if part.events and rows else []
    marks = [mark for mark in marks if mark[0] >= rows[0][shown.columns[0].name]]
    limits = list(_limits(part, measure, context))
    specifications = tuple(
        specification_of(shown, rows, limits=limits, wide=wide, marks=marks)
        for wide in (False, True)[: 1 + (widget.size != "normal")]
    )
    if context.in_browser:
        return PartView(part.show, part.caption, table=table, specifications=specifications)
    drawings = [svg_of(each) for each in specifications]
    return PartView(part.show, part.caption, table=table, svg=drawings[0], svg_wide=drawings[1] if len(drawings) > 1 else "")


def columns_of(part: WidgetPart, measures: Measures) -> tuple[Column, ...]:
    """Return the part's columns; those of a measure are its day, its value and its n."""
    if part.columns or part.measure is None:
        return part.columns
    measure = measures.named(part.measure)
    return (
        Column(name="business_day", label="Day", format="day"),
        Column(name="value", label=measure.label, format=_format(measure)),
        Column(name="n", label="n", format="count"),
    )


def _measure(part: WidgetPart, context: WordingContext) -> Measure | None:
    return context.measures.named(part.measure) if part.measure else None


def _format(measure: Measure) -> Any:
    return "decimal" if measure.unit == "count" and measure.decimals else measure.unit


def _figure(read: PartRows, measure: Measure | None, context: WordingContext) -> FigureView:
    part, row = read.part, read.rows[0]
    value, format = row["value"], part.format or _format(measure or context.measures.named("calls"))
    decimals = measure.decimals if measure else None
    text, unit = written(value, format, context.names, context.zone, decimals=decimals, currency=row.get("currency"))
    target, goal = part.target or (measure.target if measure else None), context.goals.goals.get(part.goal or "")
    if goal is not None:
        target = Target(at_least=goal)
    return FigureView(
        value=text,
        unit=unit,
        tone=_tone(part, target, value),
        caption=part.caption,
        notes=tuple(_notes(part.notes, row, context)) + tuple(_other_currencies(read.rows, context)),
        target=_target_text(
            target, format, decimals, context, is_goal=goal is not None, threshold=bool(part.bands) and not part.target
        ),
        verdict=_verdict(part, target, value),
        gauge=_gauge(part, target, value),
    )


def _tone(part: WidgetPart, target: Target | None, value: float | None) -> str:
    if value is None:
        return ""
    if part.bands:
        return next((band.tone for band in part.bands if band.holds(value)), "")
    return "" if target is None else "good" if target.is_met(value) else "warn"


def _verdict(part: WidgetPart, target: Target | None, value: float | None) -> str:
    """Say in words what the colour says."""
    if target is None or value is None:
        return ""
    if part.bands and not part.target:
        return "not reached" if target.is_met(value) else "exceeded"
    return "met" if target.is_met(value) else "not met"


def _gauge(part: WidgetPart, target: Target | None, value: float | None) -> Gauge | None:
    if part.gauge is None or value is None:
        return None
    lowest, highest = part.gauge

    def percent(at: float) -> float:
        return round(100 * min(1.0, max(0.0, (at - lowest) / (highest - lowest))), 1)

    limits = [bound for bound in _bounds(target) if bound is not None] if target else []
    return Gauge(percent(value), percent(limits[0]) if limits else None)


def _bounds(target: Target) -> tuple[float | None, ...]:
    return target.at_least, target.above, target.at_most, target.below


def _notes(notes: Sequence[SecondFigure], row: Row, context: WordingContext) -> Iterator[tuple[str, str]]:
    for note in notes:
        value = row.get(note.name)
        text = " ".join(filter(None, written(value, note.format, context.names, context.zone, currency=row.get("currency"))))
        if value is None and note.name == "queue_depth":
            yield "quiet", "Queue depth: no sample"
        elif note.compare:
            yield change(row["value"], value), f"{text} {note.label}"
        elif note.budget and value is not None:
            budget = getattr(context.goals.budgets, note.budget)
            share = value / budget
            yield (
                "bad" if share > 1 else "quiet",
                f"{text} {note.label}: {share:.{0 if share >= _LEAST_SHARE else 1}%} of the {note.budget} budget of ${budget:,.0f}",
            )
        else:
            yield "quiet", f"{text} {note.label}"


def _other_currencies(rows: Sequence[Row], context: WordingContext) -> Iterator[tuple[str, str]]:
    """Amounts of different currencies are never added."""
    for row in rows[1:]:
        text, unit = written(row["value"], "money", context.names, context.zone, currency=row["currency"])
        yield "quiet", f"{' '.join(filter(None, [text, unit]))} this month"


def _target_text(
    target: Target | None, format: Any, decimals: int | None, context: WordingContext, *, is_goal: bool, threshold: bool
) -> str:
    if target is None:
        return ""

    def text(value: float) -> str:
        return " ".join(
            filter(None, written(value, format, context.names, context.zone, decimals=0 if value == int(value) else None))
        )

    name = "Goal" if is_goal else "Alert threshold" if threshold else "Target"
    if target.at_least is not None and target.at_most is not None:
        return f"{name} {target.at_least:g}–{text(target.at_most)}"
    signs = (("≥", target.at_least), (">", target.above), ("≤", target.at_most), ("<", target.below))
    if threshold and target.below is not None:
        return f"{name} >{text(target.below)}"
    return next(f"{name} {sign}{text(bound)}" for sign, bound in signs if bound is not None)


def _limits(part: WidgetPart, measure: Measure | None, context: WordingContext) -> Iterator[tuple[float, str]]:
    """Lines of a chart: its own target, its goal, or the target of its measure."""
    goal = context.goals.goals.get(part.goal or "")
    if goal is not None:
        yield goal, f"Goal {goal:.0%}"
    elif part.show == "line" and (target := part.target or (measure.target if measure else None)):
        bound = next(bound for bound in _bounds(target) if bound is not None)
        format = _format(measure) if measure else "ms"
        yield bound, "Target " + " ".join(filter(None, written(bound, format, context.names, context.zone, decimals=0)))


def _drawable(part: WidgetPart, row: Row, context: WordingContext) -> Row:
    """Names as readers see them, days as text, moments as local time: a drawing knows no zone."""
    shown: Row = {}
    for column in part.columns:
        value = row[column.name]
        if isinstance(value, datetime):
            shown[column.name] = context.names.local(value, context.zone).replace(tzinfo=None).isoformat()
        elif isinstance(value, date):
            shown[column.name] = f"{value.isoformat()}T00:00:00"
        elif isinstance(value, str):
            shown[column.name] = written(value, column.format, context.names, context.zone)[0]
            shown[f"{column.name}_key"] = value
        else:
            shown[column.name] = value
    return shown


def _with_empty_days(part: WidgetPart, rows: Sequence[Row]) -> Sequence[Row]:
    """Add the days between that have no row to a line of counts: nothing happened on them. Rates stay without a value."""
    day, *counts = [column for column in part.columns if column.name != "n"]
    if part.series or day.format != "day" or any(column.format != "count" for column in counts):
        return rows
    known = {row[day.name]: row for row in rows}
    first, last = min(known), max(known)
    days = [first + timedelta(days=after) for after in range((last - first).days + 1)]
    nothing = dict.fromkeys((column.name for column in part.columns), 0)
    return [known.get(at, {**nothing, day.name: at}) for at in days]


def _cloud(part: WidgetPart, rows: Sequence[Row], context: WordingContext) -> Iterator[tuple[str, int, str]]:
    """Words by name, with a size of 1 to 5 by frequency and a tone: green is negative about the competitor, red positive."""
    most = max(row["mentions"] for row in rows)
    for row in sorted(rows, key=lambda row: str(row["competitor"])):
        tone = "good" if row["balance"] < 0 else "bad" if row["balance"] > 0 else "quiet"
        name = written(row["competitor"], part.columns[0].format, context.names, context.zone)[0]
        yield name, 1 + round(4 * row["mentions"] / most), tone


def _bars(part: WidgetPart, rows: Sequence[Row], table: TableView) -> Iterator[BarView]:
    values = [row[part.columns[1].name] or 0 for row in rows]
    longest = max(values)
    for value, cells in zip(values, table.rows, strict=True):
        yield BarView(cells[0], cells[1].text, round(100 * value / longest, 1) if longest else 0)
