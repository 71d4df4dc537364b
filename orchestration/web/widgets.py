"""Read widgets of the present version for one person: what the role may not see is not queried."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

import duckdb
from pydantic import BaseModel, ConfigDict

from analyzers.lead_score.scoring import Scoring
from contract.platform.failures import ConfigurationFailure, VoiceError
from contract.reference import ReferenceTable
from orchestration.dashboards.definition import Widget
from orchestration.dashboards.filters import Filters
from orchestration.dashboards.reading import WidgetRows, read_widget
from orchestration.dashboards.span_bounds import day_bounds, span_bounds
from orchestration.rules.measures import Measures
from orchestration.warehouse.manifest import Manifest, read_manifest
from orchestration.warehouse.reader import open_version
from orchestration.web.call_rows import SQL
from orchestration.web.roles import Rights
from orchestration.web.service import WebService


class NotableEvent(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    day: date
    label: str


class NotableEvents(ReferenceTable):
    """``data/events.yml``: days of the business zone with what happened on them."""

    file: ClassVar[str] = "events.yml"
    events: tuple[NotableEvent, ...]


@dataclass(frozen=True)
class Published:
    """Rows of widgets in the order asked for, each with the key of what it depends on, and the version that they are of.

    Before the first publication there is no version, and keys are None.
    """

    rows: tuple[WidgetRows, ...]
    keys: tuple[Hashable | None, ...]
    manifest: Manifest | None

    @property
    def as_of(self) -> datetime | None:
        return self.manifest.published_at if self.manifest else None


def right_names(rights: Rights) -> frozenset[str]:
    """Return the rights that decide what a widget queries: roles that have the same share what was read."""
    return frozenset(name for name in ("words", "identity") if getattr(rights, name))


def read_widgets(
    service: WebService, widgets: Iterable[Widget], filters: Filters, rights: Rights, subject: Mapping[str, Any] | None = None
) -> Published:
    """Read each widget once a version, filters, rights, subject and, for those with a span of their own, minute.

    ``subject`` has the values that name what a page is about, for widgets of ``dashboards/subjects``.
    """
    platform, names, subject = service.platform, right_names(rights), subject or {}
    zone = platform.settings.business_zone
    known = {**span_bounds(platform.now(), zone), **day_bounds(filters.first_day, filters.last_day, zone)}
    hot_above = platform.reference.table(Scoring).thresholds.hot_above
    values = {**filters.values(), **known, "hot_above": hot_above, **subject}
    manifest = read_manifest(platform.settings.published_dir)
    if manifest is None:
        nothing = tuple(WidgetRows(widget) for widget in widgets)
        return Published(nothing, (None,) * len(nothing), None)
    with ExitStack() as stack:
        connection: duckdb.DuckDBPyConnection | None = None
        found: list[WidgetRows] = []
        keys: list[Hashable | None] = []
        for widget in widgets:
            key = cache_key(manifest, widget, values, names, subject)
            rows = service.rows.get(key)
            if rows is None:
                if connection is None:
                    opened, manifest = open_version(platform.settings)
                    connection = stack.enter_context(opened)
                    key = cache_key(manifest, widget, values, names, subject)
                rows = read_widget(connection, widget, values, names, platform.reference.table(Measures))
                if not rows.failed:
                    service.rows.put(key, rows)
            found.append(rows)
            keys.append(None if rows.failed else key)
    return Published(tuple(found), tuple(keys), manifest)


def cache_key(
    manifest: Manifest, widget: Widget, values: Mapping[str, Any], rights: frozenset[str], subject: Mapping[str, Any]
) -> tuple[Any, ...]:
    """A widget of the chosen days or of all calls depends on these alone; one with a span of its own on the minute too."""
    minute = widget.span not in ("chosen", "always")
    used = values if minute else {name: value for name, value in values.items() if name in _CHOSEN or name in subject}
    return (manifest.version, manifest.published_at, widget.id, tuple(sorted(used.items(), key=lambda item: item[0])), rights)


_CHOSEN = ("first_day", "last_day", "tier", "sentiment", "industry", "agent_version")


def is_known(service: WebService, subject: str, named: Mapping[str, str]) -> bool:
    """Return whether a call is of this industry, or raised this objection (``sql/known_<subject>.sql``)."""
    try:
        connection = open_version(service.platform.settings)[0]
    except ConfigurationFailure:
        return False
    with connection:
        return bool(SQL.rows(connection, f"known_{subject}", named))


def choices(service: WebService) -> dict[str, list[str]]:
    """Return the industries and agent versions that calls have, the most frequent first; empty before the first publication."""
    try:
        opened, manifest = open_version(service.platform.settings)
    except (ConfigurationFailure, VoiceError):
        return {"industry": [], "agent_version": []}
    with opened as connection:
        key = (manifest.version, manifest.published_at, "choices")
        if (kept := service.choices.get(key)) is None:
            kept = {name: _values(connection, name) for name in ("industry", "agent_version")}
            service.choices.put(key, kept)
    return kept


def _values(connection: duckdb.DuckDBPyConnection, column: str) -> list[str]:
    sql = f"select {column} from daily_calls group by {column} order by sum(calls) desc, {column}"  # noqa: S608 - one of two names
    try:
        return [row[0] for row in connection.execute(sql).fetchall()]
    except duckdb.Error:
        return []
