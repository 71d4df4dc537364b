"""What the report reads from rollups is what a query over the calls themselves says, on every day of the sample calls."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from contract.platform.settings import Settings
from orchestration.reports.business_day import day_span
from orchestration.reports.daily import daily_facts
from orchestration.reports.facts import DailyFacts
from tests.support.builds import build
from tests.support.lake_samples import NOW, Lake, sample_documents

OF_CALLS = """
select
    count(*), count(*) filter (where qualification_tier = 'Tier 1'), count(*) filter (where meeting_booked),
    count(*) filter (where meeting_booked and qualification_tier = 'Tier 1'),
    count(*) filter (where disconnect_reason = 'error' or not complete), avg(engagement_score), count(engagement_score),
    count(distinct coalesce(lead_key, session_id)) filter (where lead_score > 80), count(lead_score)
from sessions where start_time >= $span_start and start_time < $span_end
"""
OF_REPLIES = """
select avg(total_latency_ms), count(total_latency_ms) from metrics join sessions using (session_id)
where metric_type = 'latency' and start_time >= $span_start and start_time < $span_end
"""
OF_COSTS = """
with calls as (
    select session_id, sum(usd) as usd, bool_and(usd is not null) as is_complete
    from session_costs join sessions using (session_id)
    where start_time >= $span_start and start_time < $span_end group by session_id
)
select sum(usd), count(*) filter (where is_complete) from calls
"""


@pytest.fixture
def built(tmp_path: Path) -> Iterator[tuple[duckdb.DuckDBPyConnection, Settings]]:
    settings = Settings(home=tmp_path, now=NOW, business_tz="America/New_York")  # pyright: ignore[reportCallIssue]
    lake = Lake(settings)
    lake.analyse(sample_documents())
    build(lake)
    lake.state.close()
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as connection:
        yield connection, settings


def test_the_report_of_every_day_equals_the_queries_over_its_calls(built: tuple[duckdb.DuckDBPyConnection, Settings]):
    connection, settings = built
    first, last = connection.execute("select min(business_day), max(business_day) from daily_calls").fetchall()[0]
    days = [first + timedelta(days=n) for n in range(-1, (last - first).days + 2)]
    reports = {day: daily_facts(connection, day, settings.business_zone, NOW) for day in days}
    for day, facts in reports.items():
        assert shown(facts) == counted(connection, day, settings), day
    assert (
        sum(facts.activity.calls for facts in reports.values())
        == connection.execute("select count(*) from sessions").fetchall()[0][0]
    )
    charted = {(each.day, each.calls) for facts in reports.values() for each in facts.chart if each.day in reports}
    assert charted == {(day, facts.activity.calls) for day, facts in reports.items()}


def shown(facts: DailyFacts) -> list[Any]:
    now = facts.activity
    assert now.qualified.n == now.failed.n == now.calls
    assert now.booked.n == now.qualified.count
    return [
        *(now.calls, now.qualified.count, now.meetings, now.booked.count, now.failed.count),
        *(now.engagement.value, now.engagement.n, now.hot_leads, now.scored),
        *(facts.latency.value, facts.latency.n, facts.cost.usd, facts.cost.complete),
    ]


def counted(connection: duckdb.DuckDBPyConnection, day: date, settings: Settings) -> list[Any]:
    bounds = day_span(day, settings.business_zone).parameters()
    rows = [connection.execute(sql, bounds).fetchall()[0] for sql in (OF_CALLS, OF_REPLIES, OF_COSTS)]
    return [pytest.approx(value, abs=1e-4) if isinstance(value, float) else value for row in rows for value in row]
