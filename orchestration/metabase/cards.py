"""The questions of a role: one for each part of each widget, and one more for the figures beside a figure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from analyzers.lead_score.scoring import Scoring
from contract.reference import Reference
from orchestration.dashboards.definition import Panel, Show, Subject, Widget, WidgetPart, panels
from orchestration.dashboards.span_bounds import SPANS
from orchestration.metabase.display import (
    IN_RANGE,
    OUT_OF_RANGE,
    SHADE,
    CardDisplay,
    PartShown,
    column_key,
    display_of,
    notes_display,
)
from orchestration.metabase.identifiers import entity_id
from orchestration.metabase.roles import MetabaseRole
from orchestration.metabase.sql import NOW, NativeSql, moment_expressions, native_sql
from orchestration.rules.goals import Goals
from orchestration.rules.measures import Measures

_SECOND_NAMES: Mapping[Show, str] = {
    "spark": "by day",
    "line": "over time",
    "histogram": "distribution",
    "bars": "by name",
    "bar": "by name",
    "pie": "shares",
    "table": "table",
    "list": "list",
    "cloud": "table",
    "figure": "figure",
}
"""What the questions of a widget after its first are called, behind its title."""


_CLICKED: Mapping[Subject, Mapping[str, str]] = {
    "lead": {"lead_key": "/leads/{{lead_key}}", "session_id": "/calls/{{session_id}}"},
    "objection": {"objection": "/objections/{{category}}/{{objection}}"},
    "alert": {"alert": "/alerts/{{id}}"},
}
"""Columns that lead to a page, by what a widget leads to. A question has none: its page is named by a hash."""


@dataclass(frozen=True)
class CardLinks:
    """Addresses that questions lead to: our pages and the content board; empty ones lead nowhere."""

    base_url: str = ""
    content_board: str = ""


@dataclass(frozen=True)
class CardDefinition:
    """A question before anything of Metabase is known; ``key`` is the same as long as the widget and the part's place are."""

    key: str
    role: MetabaseRole
    panel: Panel
    widget: Widget
    name: str
    description: str
    sql: NativeSql
    display: CardDisplay

    @property
    def entity_id(self) -> str:
        return entity_id("card", self.role.name, self.key)


def card_definitions(
    role: MetabaseRole, reference: Reference, zone: str, links: CardLinks, now: str = NOW
) -> tuple[CardDefinition, ...]:
    """Return all questions of a role in the order of the pages. ``zone`` is the business zone, ``now`` SQL of this moment."""
    moments = moment_expressions(zone, reference.table(Scoring).thresholds.hot_above, now)
    return tuple(
        card
        for panel in panels().values()
        for widget in panel.widgets
        for card in _of_widget(role, panel, widget, reference, moments, links)
    )


def _of_widget(
    role: MetabaseRole, panel: Panel, widget: Widget, reference: Reference, moments: Mapping[str, str], links: CardLinks
) -> Iterator[CardDefinition]:
    measures, goals = reference.table(Measures), reference.table(Goals)
    for number, part in enumerate(widget.parts):
        shown = PartShown(part, measures.named(part.measure) if part.measure else None, goals)
        sql, display = native_sql(part, measures, role, moments), display_of(shown)
        name = widget.title if number == 0 else f"{widget.title}: {_second_name(part)}"
        key, description = f"{widget.id}/{number}", _description(widget, part, role)
        linked = CardDisplay(display.kind, {**display.settings, **_clicks(widget, part, display, links)})
        yield CardDefinition(key, role, panel, widget, name, description, _prepared(shown, sql), linked)
        if part.notes and display.kind != "table":
            yield CardDefinition(
                f"{key}/notes", role, panel, widget, f"{name}: compared", description, sql, notes_display(shown)
            )  # fmt: skip


def _second_name(part: WidgetPart) -> str:
    named = part.caption and part.show != "histogram"  # a histogram's caption says what is highlighted
    return part.caption[:1].lower() + part.caption[1:] if named else _SECOND_NAMES[part.show]


def _description(widget: Widget, part: WidgetPart, role: MetabaseRole) -> str:
    """Say what it is, of what time when it has a span of its own, and what the role does not see."""
    restricted = part.needs is not None and part.needs not in role.rights
    span = f"{SPANS[widget.span]}; the date filter does not apply." if SPANS[widget.span] else ""
    texts = (f"{text.rstrip('.')}." for text in (widget.about, part.caption, span, part.without if restricted else "") if text)
    return " ".join(texts)


def _prepared(shown: PartShown, sql: NativeSql) -> NativeSql:
    """Give a histogram the names of its buckets and the group of each bar's colour, which Metabase takes from columns."""
    part = shown.part
    if part.show != "histogram" or not (part.buckets or shown.is_colored):
        return sql
    bucket, count = part.columns[0].name, part.columns[1].name
    label = f"cast(widget.{bucket} as varchar)"
    if part.buckets:
        cases = " ".join(f"when {number} then '{text}'" for number, text in part.buckets.items())
        label = f"case widget.{bucket} {cases} else {label} end"
    shade = label
    if part.highlight and not part.colors:
        low, high = part.highlight
        shade = f"case when widget.{bucket} between {low} and {high} then '{IN_RANGE}' else '{OUT_OF_RANGE}' end"
    x = label if part.buckets else f"widget.{bucket}"
    added = f", {shade} as {SHADE}" if shown.is_colored else ""
    text = f"select {x} as {bucket}{added}, widget.{count} as {count}\nfrom (\n{sql.text}\n) as widget\norder by widget.{bucket}"
    return NativeSql(text, sql.variables, sql.dated)


def _clicks(widget: Widget, part: WidgetPart, display: CardDisplay, links: CardLinks) -> dict[str, Any]:
    """Lead to our pages, and to the content board, when their addresses are known."""
    pages = links.base_url.rstrip("/")
    if widget.action and links.content_board:
        return {"click_behavior": _link(links.content_board)}
    if widget.drill_down == "industry" and pages:
        return {"click_behavior": _link(f"{pages}/industries/{{{{industry}}}}")}
    if widget.drill_down and widget.drill_down in _CLICKED and pages:
        columns = dict(display.settings.get("column_settings", {}))
        for column, path in _CLICKED[widget.drill_down].items():
            key = column_key(column)
            columns[key] = {**columns.get(key, {}), "click_behavior": _link(pages + path)}
        return {"column_settings": columns}
    return {}


def _link(template: str) -> dict[str, str]:
    return {"type": "link", "linkType": "url", "linkTemplate": template}
