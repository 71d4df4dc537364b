"""``dashboards/*.yml``: six panels of widgets, each with its queries, targets, colours and actions (spec 6.1-6.6)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from contract.platform.failures import ConfigurationFailure
from contract.platform.settings import PROJECT_ROOT
from contract.platform.yaml_file import read_yaml
from orchestration.rules.measures import Target

FOLDER = PROJECT_ROOT / "dashboards"
PANELS = ("performance", "business", "call_quality", "knowledge_base", "sales_intelligence", "trends")
"""Files in the order of the specification, which is that of the pages."""

Show = Literal["figure", "spark", "line", "histogram", "bars", "bar", "pie", "table", "list", "cloud"]
Span = Literal["chosen", "now", "last_hour", "last_24_hours", "today", "budgets", "quarter", "last_30_days", "always"]
FilterName = Literal["date", "tier", "sentiment", "industry", "agent_version"]
Tone = Literal["good", "good-soft", "warn", "bad", "quiet", "accent", "heat-1", "heat-2", "heat-3", "heat-4", "heat-5"]
"""Meanings of colours; ``orchestration/messages/palette.py`` gives each a colour for light and for dark."""
Format = Literal[
    "text", "competitor", "capital", "topic", "industry", "integration", "provider", "person", "signals", "salesforce",
    "status", "severity", "balance", "count", "decimal", "percent", "ms", "minutes", "score", "usd", "usd_an_hour",
    "money", "amount", "day", "hour", "minute", "moment", "yes_no", "quote", "signal", "components",
]  # fmt: skip
Subject = Literal["call", "lead", "query", "industry", "objection", "alert"]
"""What a page of its own is about; tables and bars lead there."""


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Column(_Data):
    """A column of a query as readers see it; columns that are not named here are shown by none.

    ``link`` is what its values lead to: a row then has what names that page, such as ``session_id`` or ``lead_key``.
    """

    name: str
    label: str
    format: Format
    link: Subject | None = None


class ColorBand(_Data):
    """A colour of a figure, up to a bound in the figure's unit; the last band has none."""

    tone: Tone
    below: float | None = None
    at_most: float | None = None

    def holds(self, value: float) -> bool:
        return (self.below is None or value < self.below) and (self.at_most is None or value <= self.at_most)


class SecondFigure(Column):
    """A second figure beside the first; ``compare`` shows the change from it, ``budget`` its share of a budget of goals.yml."""

    compare: bool = False
    budget: Literal["daily", "monthly"] | None = None


class WidgetPart(_Data):
    """One query of a widget and how its rows are shown: a ``measure`` of measures.yml, or ``sql``.

    ``needs`` names the right without which ``sql`` is not run; ``sql_without`` is run in its place. A figure's row has ``value``
    and ``n``. ``unavailable`` says why there is nothing when the source has no rows, ``empty`` when nothing matches.
    """

    show: Show
    measure: str | None = None
    by: Literal["business_day"] | None = None
    sql: str | None = None
    needs: Literal["words", "identity"] | None = None
    sql_without: str | None = None
    without: str = ""
    columns: tuple[Column, ...] = ()
    format: Format | None = None
    notes: tuple[SecondFigure, ...] = ()
    caption: str = ""
    target: Target | None = None
    goal: str | None = None
    bands: tuple[ColorBand, ...] = ()
    gauge: tuple[float, float] | None = None
    buckets: Mapping[int, str] = {}
    highlight: tuple[int, int] | None = None
    series: str | None = None
    colors: Mapping[str | int, Tone] = {}
    alarm: str | None = None
    events: bool = False
    empty: str = "Nothing was measured in this span."
    unavailable: str = ""

    @model_validator(mode="after")
    def _has_one_source(self) -> WidgetPart:
        if (self.measure is None) == (self.sql is None):
            raise ValueError("a part has either a measure or sql")
        if (self.needs is None) != (self.sql_without is None):
            raise ValueError("a part that needs a right says with sql_without what is shown without it")
        return self


class WidgetAction(_Data):
    label: str
    to: Literal["content_board"]


class Widget(_Data):
    """One widget of the specification, under its title. ``filters`` are the ones that apply; ``span`` says of what time it is.

    ``drill_down`` is what the first column of its tables and bars leads to.
    """

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    title: str
    about: str = ""
    span: Span = "chosen"
    filters: tuple[FilterName, ...] = ("date", "tier", "sentiment", "industry", "agent_version")
    size: Literal["normal", "wide", "full"] = "normal"
    parts: tuple[WidgetPart, ...] = Field(min_length=1)
    action: WidgetAction | None = None
    drill_down: Subject | None = None

    @model_validator(mode="after")
    def _applies_the_date_or_has_a_span(self) -> Widget:
        if ("date" in self.filters) != (self.span == "chosen"):
            raise ValueError(f"{self.id} must either apply the date filter or have a span of its own")
        return self


class Panel(_Data):
    """A page of widgets. ``refresh_seconds`` is how often an open page asks for new figures; None for on request only."""

    id: str = Field(pattern=r"^[a-z-]+$")
    title: str
    about: str
    refresh_seconds: int | None = Field(default=None, ge=5)
    widgets: tuple[Widget, ...]


@cache
def panels(folder: Path = FOLDER) -> Mapping[str, Panel]:
    """Return the panels by id; a file that cannot be used raises ``ConfigurationFailure``, which names it."""
    return {panel.id: panel for panel in (_read(folder / f"{name}.yml") for name in PANELS)}


@cache
def subject_panel(subject: Subject, folder: Path = FOLDER / "subjects") -> Panel:
    """Return what the page of a subject shows. Its queries take what names the subject beside the filters, and are DuckDB's SQL."""
    return _read(folder / f"{subject}.yml")


def widget_named(name: str) -> Widget | None:
    return next((widget for panel in panels().values() for widget in panel.widgets if widget.id == name), None)


def _read(path: Path) -> Panel:
    try:
        return Panel.model_validate(read_yaml(path))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise ConfigurationFailure(
            f"dashboards/{path.relative_to(FOLDER)} cannot be read: {error}.", "Correct the named entries."
        ) from error
