"""A month of calls as the rollups have it, for the picture of the panel of call quality."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from contract.reference import Reference
from orchestration.dashboards.definition import panels
from orchestration.dashboards.filters import read_filters
from orchestration.dashboards.names import ReaderNames
from orchestration.dashboards.reading import read_widget
from orchestration.dashboards.view import WidgetView, WordingContext, widget_view
from orchestration.rules.goals import Goals
from orchestration.rules.measures import Measures

TODAY = date(2026, 11, 26)
DAYS = 30
ZONE = ZoneInfo("America/New_York")
FILTERS = read_filters({"range": "30"}, TODAY)
_COLUMNS = (
    "calls", "timed_calls", "duration_seconds_sum", "turns", "interrupted_calls", "ending_calls", "natural_endings",
    "satisfaction_calls", "satisfaction_sum",
)  # fmt: skip
_SHARES = {"positive": 0.73, "neutral": 0.19, "negative": 0.08}


def busy_month() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    dimensions = "business_day date, agent_version varchar, qualification_tier varchar, sentiment varchar, industry varchar"
    connection.execute(f"create table daily_calls ({dimensions}, {', '.join(f'{name} bigint' for name in _COLUMNS)})")
    connection.execute(f"create table daily_histograms ({dimensions}, measure varchar, bucket integer, observations bigint)")
    chance = random.Random(7)
    for back in range(DAYS - 1, -1, -1):
        _add_day(connection, TODAY - timedelta(days=back), back, chance)
    return connection


def _add_day(connection: duckdb.DuckDBPyConnection, day: date, back: int, chance: random.Random) -> None:
    calls = round((52 if day.weekday() < 5 else 17) * (1.15 - back / 100) + chance.uniform(-5, 5))
    for sentiment, share in _SHARES.items():
        n = max(1, round(calls * share))
        minutes = [max(0.5, chance.gauss(5.1, 1.7)) for _ in range(n)]
        turns = [max(2, round(minute * 2.3 + chance.gauss(0, 1.5))) for minute in minutes]
        interrupted = sum(chance.random() < 0.13 - 0.002 * (DAYS - back) for _ in range(n))
        natural = sum(chance.random() < 0.93 for _ in range(n))
        satisfied = round(n * (7.1 + 0.025 * (DAYS - back) + chance.uniform(-0.3, 0.3)))
        dimensions = [day, "2026.11.2", "Tier 1", sentiment, "legal"]
        sums = [n, n, round(sum(minutes) * 60), sum(turns), interrupted, n, natural, n, satisfied]
        connection.execute(f"insert into daily_calls values ({', '.join('?' * 14)})", [*dimensions, *sums])
        for measure, values in (("duration_minutes", minutes), ("turns", turns)):
            _count(connection, dimensions, measure, [int(value) for value in values])


def _count(connection: duckdb.DuckDBPyConnection, dimensions: list[Any], measure: str, values: Sequence[int]) -> None:
    for bucket in sorted(set(values)):
        row = [*dimensions, measure, bucket, values.count(bucket)]
        connection.execute("insert into daily_histograms values (?, ?, ?, ?, ?, ?, ?, ?)", row)


def views_of_month() -> list[WidgetView]:
    """The widgets of the panel of call quality over the month."""
    reference = Reference()
    context = WordingContext(reference.table(Measures), reference.table(Goals), ReaderNames(reference), ZONE)
    widgets = panels()["call-quality"].widgets
    with busy_month() as connection:
        found = [read_widget(connection, widget, FILTERS.values(), frozenset(), context.measures) for widget in widgets]
    return [widget_view(rows, context) for rows in found]
