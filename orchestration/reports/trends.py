"""What callers talked about this week, beside the week before. Too few calls are no trend, and none is then reported."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, tzinfo
from functools import partial

import duckdb

from orchestration.reports.business_day import days_until
from orchestration.reports.display_names import DisplayNames
from orchestration.reports.facts import CountedRate, Trend, Trends
from orchestration.reports.queries import Row, row, rows
from orchestration.reports.thresholds import ReportThresholds

KINDS = ("industry", "integration", "feature")


def trends(
    connection: duckdb.DuckDBPyConnection, day: date, zone: tzinfo, thresholds: ReportThresholds, names: DisplayNames
) -> Trends:
    """``trend_days`` days up to ``day``, compared with as many before."""
    both, week = (days_until(day, thresholds.trend_days * weeks, zone) for weeks in (2, 1))
    middle = {"span_middle": week.parameters()["span_start"]}
    found = rows(connection, "mentions", both.parameters() | middle)
    calls = row(connection, "calls_of_weeks", both.parameters() | middle)
    kept = [mention for mention in found if mention["current_calls"] >= thresholds.trend_minimum]
    of_kind = {kind: [mention for mention in kept if mention["kind"] == kind] for kind in KINDS}
    trend = partial(_trend, calls=calls, minimum=thresholds.comparison_minimum)
    return Trends(
        days=thresholds.trend_days,
        industry=trend(max(of_kind["industry"], key=_growth, default=None), names.industry),
        integration=trend(max(of_kind["integration"], key=_growth, default=None), names.integration),
        feature=trend(max(of_kind["feature"], key=_frequency, default=None), names.feature),
        current_calls=calls["current_calls"],
        previous_calls=calls["previous_calls"],
        minimum=thresholds.trend_minimum,
        most_calls={kind: max((m["current_calls"] for m in found if m["kind"] == kind), default=0) for kind in KINDS},
    )


def _growth(mention: Row) -> tuple[int, int]:
    """The strongest rise in calls first, then the more frequent one; the query's order breaks ties."""
    return mention["current_calls"] - mention["previous_calls"], mention["current_calls"]


def _frequency(mention: Row) -> tuple[int, int]:
    return mention["current_calls"], mention["previous_calls"]


def _trend(mention: Row | None, written: Callable[[str], str], *, calls: Row, minimum: int) -> Trend | None:
    if mention is None:
        return None
    current, previous = mention["current_calls"], mention["previous_calls"]
    return Trend(
        subject=written(mention["subject"]),
        current=CountedRate(current, calls["current_calls"]),
        previous=CountedRate(previous, calls["previous_calls"]),
        change=(current - previous) / previous if min(current, previous) >= minimum else None,
    )
