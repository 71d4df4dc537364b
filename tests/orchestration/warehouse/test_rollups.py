"""Rollups add up to what a query over the calls themselves says, however the calls arrived (spec 8.3).

``VOICE_ORDERS`` says how many orders of arrival; ``make chaos`` sets ten of more calls than the ordinary suite's two.
"""

from __future__ import annotations

import os
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contract.document.session import SessionDocument
from contract.platform.settings import Settings
from orchestration.warehouse.build import build_warehouse
from orchestration.warehouse.lock import warehouse_lock
from tests.support.builds import build, content, rows
from tests.support.kept_builds import built
from tests.support.lake_samples import Lake, changed, sample_documents

ORDERS = int(os.environ.get("VOICE_ORDERS", "2"))


def test_calls_by_hour_and_by_day_add_up_to_the_calls(lake: Lake):
    lake.analyse(sample_documents()[:30])
    built(lake)
    of_calls = rows(
        lake.settings,
        "select count(*), count_if(qualification_tier = 'Tier 1'), count_if(meeting_booked), sum(lead_score),"
        " sum(cast(engagement_score as decimal(4, 1))), sum(duration_seconds), count_if(interruption_count > 3),"
        " count_if(failed), sum(total_tokens), sum(cast(usd as decimal(18, 6)))"
        " from sessions join session_facts using (session_id)",
    )
    for table in ("hourly_calls", "daily_calls"):
        sums = rows(
            lake.settings,
            "select sum(calls), sum(qualified), sum(meetings), sum(lead_score_sum), sum(engagement_sum), sum(duration_seconds_sum),"
            f" sum(interrupted_calls), sum(failed), sum(total_tokens), sum(usd) from {table}",
        )
        assert sums[0][:-1] == of_calls[0][:-1]
        assert float(sums[0][-1]) == pytest.approx(float(of_calls[0][-1]), abs=1e-4)


def test_a_percentile_from_the_buckets_is_within_one_percent_over_any_window(lake: Lake):
    lake.analyse(sample_documents()[:30])
    built(lake)
    for since in ("2026-01-01", "2026-10-15"):
        exact = rows(
            lake.settings,
            "select quantile_disc(total_latency_ms, 0.95) from metrics join sessions using (session_id)"
            f" where metric_type = 'latency' and start_time >= '{since}'",
        )[0][0]
        read = rows(
            lake.settings,
            "with counts as (select bucket, sum(observations) as n from hourly_histograms"
            f" where measure = 'latency_ms' and hour >= '{since}' group by bucket),"
            " ranked as (select bucket, sum(n) over (order by bucket) as reached, sum(n) over () as total from counts)"
            " select pow(1.02, min(bucket) + 0.5) from ranked where reached >= ceil(0.95 * total)",
        )[0][0]
        assert read == pytest.approx(exact, rel=0.01)


def test_mentions_add_up_to_the_reports(lake: Lake):
    lake.analyse(sample_documents()[:30])
    built(lake)
    said = rows(
        lake.settings,
        "select lower(competitor ->> '$.name') as name, count(*) from ("
        " select session_id, unnest(cast(sales_intelligence -> '$.competitors' as json[])) as competitor from analysis_results)"
        " group by name order by all",
    )
    for table in ("hourly_mentions", "daily_mentions"):
        sums = rows(
            lake.settings, f"select subject, sum(mentions) from {table} where kind = 'competitor' group by subject order by all"
        )
        assert sums == said
        assert sums
    searched = rows(lake.settings, "select count(*), count_if(total_results > 0) from tool_calls where total_results is not null")
    counted = rows(lake.settings, "select sum(judged), sum(succeeded) from daily_mentions where kind = 'search'")
    assert counted == searched


def test_costs_by_provider_add_up_to_the_costs_of_the_calls(lake: Lake):
    lake.analyse(sample_documents()[:30])
    built(lake)
    of_calls = dict(rows(lake.settings, "select provider, sum(usd) from session_costs where usd is not null group by provider"))
    by_hour = dict(rows(lake.settings, "select provider, sum(usd) from hourly_costs where usd is not null group by provider"))
    assert {p: round(float(v), 4) for p, v in by_hour.items()} == {p: pytest.approx(v, abs=1e-4) for p, v in of_calls.items()}


def test_a_correction_that_moves_a_call_leaves_nothing_in_its_old_hour(lake: Lake):
    document = sample_documents()[0]
    lake.analyse([document, sample_documents()[1]])
    built(lake)
    lake.analyse([changed(document, revision=2, start_time=document.start_time - timedelta(days=3))])
    built(lake)
    hours = rows(lake.settings, "select distinct hour from hourly_calls order by hour")
    expected = {document.start_time - timedelta(days=3), sample_documents()[1].start_time}
    assert hours == [(moment.replace(minute=0, second=0, microsecond=0, tzinfo=None),) for moment in sorted(expected)]


def test_a_move_is_followed_even_when_the_lake_has_lost_the_old_version(lake: Lake):
    document = sample_documents()[0]
    lake.analyse([document])
    built(lake)
    for part in (lake.settings.home / "store" / "lake").rglob("*.parquet"):
        part.unlink()
    lake.analyse([changed(document, revision=2, start_time=document.start_time - timedelta(days=3))])
    built(lake)
    assert rows(lake.settings, "select count(*), sum(calls) from hourly_calls") == [(1, 1)]


@pytest.mark.parametrize("seed", range(1, 1 + ORDERS))
def test_any_order_of_arrival_and_correction_ends_in_the_numbers_of_a_full_refresh(lake: Lake, seed: int):
    chance = random.Random(seed)
    arrivals = [event for document in sample_documents()[: 14 if ORDERS > 2 else 5] for event in _versions(document, chance)]
    chance.shuffle(arrivals)
    while arrivals:
        batch, seen = list[SessionDocument](), set[str]()
        for document in arrivals[: chance.randint(1, 9)]:
            if document.session_id not in seen:
                seen.add(document.session_id)
                batch.append(document)
        arrivals = [document for document in arrivals if document not in batch]
        lake.analyse(batch)
        build(lake)
    incremental = content(lake.settings, volatile=True)
    build(lake, full_refresh=True)
    assert content(lake.settings, volatile=True) == incremental


def _versions(document: SessionDocument, chance: random.Random) -> list[SessionDocument]:
    found = [document]
    if chance.random() < 0.5:
        found.append(changed(document, revision=2, start_time=document.start_time + timedelta(hours=chance.randint(-50, 50))))
    if chance.random() < 0.3:
        found.append(changed(document, revision=3, agent_version="corrected", user_email="one@person.example"))
    if chance.random() < 0.2:
        found.append(changed(document, revision=4, test_call=True))
    return found


@pytest.mark.parametrize(
    ("moment", "zone", "day"),
    [
        ("2026-11-02T03:30:00", "America/New_York", "2026-11-01"),
        ("2026-11-02T18:45:00", "Asia/Kolkata", "2026-11-03"),
        ("2026-11-02T18:15:00", "Asia/Kolkata", "2026-11-02"),
        ("2026-03-08T04:59:00", "America/New_York", "2026-03-07"),
    ],
)
def test_a_business_day_begins_at_midnight_of_its_zone_also_half_an_hour_off(lake: Lake, moment: str, zone: str, day: str):
    moved = changed(sample_documents()[0], start_time=datetime.fromisoformat(moment).replace(tzinfo=UTC), end_time=None)
    elsewhere = Lake(Settings(home=lake.settings.home / zone.replace("/", "_"), now=lake.settings.now, business_tz=zone))  # pyright: ignore[reportCallIssue]
    elsewhere.analyse([moved])
    built(elsewhere)
    assert [str(found) for (found,) in rows(elsewhere.settings, "select business_day from daily_calls")] == [day]
    elsewhere.state.close()


def test_a_change_of_the_business_zone_builds_everything_anew(lake: Lake):
    lake.analyse(sample_documents()[:2])
    built(lake)
    lake.settings = lake.settings.model_copy(update={"business_tz": "Asia/Tokyo"})
    assert build(lake).full_refresh


def test_trends_are_made_by_the_nightly_build_alone(lake: Lake):
    lake.analyse(sample_documents()[:5])
    built(lake)
    lake.analyse(sample_documents()[5:6])
    built(lake)
    assert rows(lake.settings, "select sum(calls) from weekly_trends") == [(5,)]
    with warehouse_lock(lake.settings):
        assert build_warehouse(lake.settings, select="tag:nightly").success
    assert rows(lake.settings, "select sum(calls) from weekly_trends") == [(6,)]
    latency = rows(lake.settings, "select p50_latency_ms, p95_latency_ms, p99_latency_ms from weekly_trends order by week")
    assert all(_ordered(found) for found in latency)


def _ordered(values: tuple[Any, ...]) -> bool:
    return list(values) == sorted(values)
