"""Measures of business days and of spans of them, read from the daily rollups of the published warehouse."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import duckdb

from orchestration.rules.measures import Measure, Measured, measured, sums

MeasuredSpan = dict[str, Measured]


def measured_days(
    connection: duckdb.DuckDBPyConnection, measures: Sequence[Measure], days: Sequence[date]
) -> dict[date, MeasuredSpan]:
    """Return the measures by name of every one of ``days``; all measures must be of the rollup of calls.

    Days are those of the business zone that the warehouse was built with. A day without calls has no value and counts of 0.
    """
    return _measured(connection, measures, days, "business_day")


def measured_weeks(
    connection: duckdb.DuckDBPyConnection, measures: Sequence[Measure], mondays: Sequence[date]
) -> dict[date, MeasuredSpan]:
    """Return the same of the weeks that begin on these Mondays."""
    return _measured(connection, measures, mondays, "cast(date_trunc('week', business_day) as date)")


def _measured(
    connection: duckdb.DuckDBPyConnection, measures: Sequence[Measure], starts: Sequence[date], period: str
) -> dict[date, MeasuredSpan]:
    sql = f"select {period} as period, {sums(measures)} from daily_calls where {period} between ? and ? group by period"  # noqa: S608
    result = connection.execute(sql, [min(starts), max(starts)])
    names = [column[0] for column in result.description or ()]
    found = {row[0]: dict(zip(names, row, strict=True)) for row in result.fetchall()}
    return {start: measured(measures, found.get(start, {})) for start in starts}
