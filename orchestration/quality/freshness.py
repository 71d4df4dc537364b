"""Check that the newest call reaches readers during business hours."""

from __future__ import annotations

from datetime import datetime, tzinfo

import duckdb

from contract.platform.times import aware
from orchestration.quality.rules import FreshnessRule
from orchestration.rules.business_hours import BusinessHours
from orchestration.rules.finding import Finding, sample

_NEWEST = """
select max(discovered_at), arg_max(session_id, discovered_at), count(*)
from session_ledger
where in_warehouse and not test_call
"""


def freshness(
    connection: duckdb.DuckDBPyConnection, rule: FreshnessRule, business: BusinessHours, now: datetime, zone: tzinfo
) -> Finding:
    """Check the hours of business since the newest published call was taken in; skipped before the first call.

    The time is that of the platform's own clock, not the store's. Nights and weekends do not count: nobody calls then.
    """
    newest, session_id, calls = connection.execute(_NEWEST).fetchall()[0]
    if newest is None:
        return Finding(True, skipped_because="no call yet")
    newest = aware(newest)
    hours = business.between(newest, now, zone)
    stale = hours > rule.open_hours
    figures = {"business hours since": round(hours, 1), "newest call taken in": newest.isoformat(timespec="seconds")}
    return Finding(not stale, count=int(stale), examined=calls, sessions=sample([session_id]) if stale else (), figures=figures)
