"""Place the questions of a role on its dashboard: a tab for each panel, a block for each widget, on a grid of 24 columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from orchestration.dashboards.fragments import DIMENSIONS
from orchestration.metabase.cards import CardDefinition
from orchestration.metabase.identifiers import uuid
from orchestration.metabase.sql import DATE

GRID = 24
"""Columns of a dashboard (the representation format's specification, Dashboard Grid)."""
_WIDTHS: Mapping[str, int] = {"normal": 8, "wide": 16, "full": GRID}
"""Columns by a widget's size: three normal ones fill a row, as on our page."""
_HEIGHTS: Mapping[str, int] = {"scalar": 3, "gauge": 5, "table": 6, "line": 5, "bar": 6, "row": 6, "pie": 6}
"""Rows by display; none below Metabase's least, which is 3 of charts and tables."""
_NOTES_HEIGHT = 3  # rows of a table of one row
_PAST_WEEK = "past6days~"
"""The default range: today and the six days before it."""
_CHOICES: Mapping[str, tuple[str, Sequence[str]]] = {
    "tier": ("Tier", ("Tier 1", "Tier 2", "unknown")),
    "sentiment": ("Sentiment", ("positive", "neutral", "negative", "unknown")),
    "industry": ("Industry", ()),
    "agent_version": ("Agent version", ()),
}
"""Labels of filters, and their values where they are a closed list."""


@dataclass(frozen=True)
class PlacedCard:
    """``tab`` is the panel's title; ``row`` and ``column`` begin at 0."""

    card: CardDefinition
    tab: str
    row: int
    column: int
    width: int
    height: int

    @property
    def mappings(self) -> Iterator[tuple[str, list[Any]]]:
        """Yield the id of each filter that applies, and what it is mapped to in the question."""
        if self.card.sql.dated:
            yield filter_id(DATE), ["dimension", ["template-tag", DATE]]
        for name in self.card.sql.variables:
            yield filter_id(name), ["variable", ["template-tag", name]]


def filter_id(name: str) -> str:
    return str(uuid("filter", name))


def filters() -> list[dict[str, Any]]:
    """Return the dashboard's filters (spec 6.7). A variable takes one value, so no filter but the date takes several."""
    found: list[dict[str, Any]] = [
        {
            "id": filter_id(DATE), "name": "Date range", "slug": DATE, "type": "date/all-options", "sectionId": "date",
            "default": _PAST_WEEK,
        }
    ]  # fmt: skip
    for name in DIMENSIONS:
        label, values = _CHOICES[name]
        chosen: dict[str, Any] = {"id": filter_id(name), "name": label, "slug": name, "type": "string/=", "sectionId": "string"}
        if values:
            listed = {"values_source_type": "static-list", "values_source_config": {"values": [[value] for value in values]}}
            chosen.update(values_query_type="list", **listed)
        else:
            chosen["values_query_type"] = "none"
        found.append({**chosen, "isMultiSelect": False})
    return found


def placed(cards: Sequence[CardDefinition]) -> tuple[PlacedCard, ...]:
    """Fill each tab from left to right; a widget's questions stand below each other in its block."""
    return tuple(place for tab, of_tab in groupby(cards, key=lambda card: card.panel.title) for place in _tab(tab, tuple(of_tab)))


def _tab(tab: str, cards: Sequence[CardDefinition]) -> Iterator[PlacedCard]:
    top = left = tallest = 0
    for _, group in groupby(cards, key=lambda card: card.widget.id):
        of_widget = tuple(group)
        width = _WIDTHS[of_widget[0].widget.size]
        if left + width > GRID:
            top, left, tallest = top + tallest, 0, 0
        row = top
        for card in of_widget:
            height = _height(card)
            yield PlacedCard(card, tab, row, left, width, height)
            row += height
        left, tallest = left + width, max(tallest, row - top)


def _height(card: CardDefinition) -> int:
    return _NOTES_HEIGHT if card.key.endswith("/notes") else _HEIGHTS[card.display.kind]
