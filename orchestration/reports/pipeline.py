"""Read the pipeline that the calls of business days influenced (spec 6.2, 7.5)."""

from __future__ import annotations

from datetime import date

import duckdb

from orchestration.reports.facts import Pipeline
from orchestration.reports.queries import row


def pipeline_of_days(connection: duckdb.DuckDBPyConnection, first: date, last: date) -> Pipeline | None:
    """Sum open and won opportunities whose first influencing call was on these days; ``None`` when none was ever read.

    The mart ``opportunities`` decides what is influenced: an opportunity of the caller's account that was open within 30 days
    after the call. One opened later counts for the day of the call all the same, so a day's figure can grow for a month.
    """
    found = row(connection, "pipeline", {"first_day": first, "last_day": last})
    if not found["known"]:
        return None
    return Pipeline(found["amount"], found["opportunities"], found["without_amount"])
