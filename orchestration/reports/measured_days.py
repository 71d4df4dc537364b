"""Measures of business days, read from the daily rollups of the published warehouse."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import duckdb

from orchestration.rules.measures import Measure, Measured, measured, sums

MeasuredDay = dict[str, Measured]


def measured_days(
    connection: duckdb.DuckDBPyConnection, measures: Sequence[Measure], days: Sequence[date]
) -> dict[date, MeasuredDay]:
    """Return the measures by name of every one of ``days``; all measures must be of the rollup of calls.

    Days are those of the business zone that the warehouse was built with. A day without calls has no value and counts of 0.
    """
    sql = f"select business_day, {sums(measures)} from daily_calls where business_day between ? and ? group by business_day"  # noqa: S608
    result = connection.execute(sql, [min(days), max(days)])
    names = [column[0] for column in result.description or ()]
    found = {row[0]: dict(zip(names, row, strict=True)) for row in result.fetchall()}
    return {day: measured(measures, found.get(day, {})) for day in days}
