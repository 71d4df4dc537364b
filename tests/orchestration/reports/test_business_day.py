"""A business day is what a clock on the wall of the business zone calls a day."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from orchestration.reports.business_day import TimeSpan, day_span, days_until
from orchestration.reports.daily import daily_facts
from tests.orchestration.reports.warehouse import CallRow, warehouse

NEW_YORK = ZoneInfo("America/New_York")


def test_a_winter_day_in_new_york_begins_at_five_utc():
    span = day_span(date(2026, 11, 25), NEW_YORK)
    assert span.start == datetime(2026, 11, 25, 5, tzinfo=UTC)
    assert span.end == datetime(2026, 11, 26, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 8), 23), (date(2026, 11, 1), 25), (date(2026, 11, 2), 24)],
    ids=["clocks go forward", "clocks go back", "an ordinary day"],
)
def test_a_day_on_which_the_clocks_change_has_23_or_25_hours(day: date, hours: int):
    span = day_span(day, NEW_YORK)
    assert span.end - span.start == timedelta(hours=hours)


def test_days_follow_each_other_without_gap_or_overlap_through_both_changes_of_the_clocks():
    year = [day_span(date(2026, 1, 1) + timedelta(days=n), NEW_YORK) for n in range(365)]
    assert all(one.end == next_one.start for one, next_one in pairwise(year))
    assert days_until(date(2026, 12, 31), 365, NEW_YORK) == TimeSpan(year[0].start, year[-1].end)


def test_a_call_belongs_to_the_day_on_which_it_began_where_the_business_is():
    calls = [
        CallRow("last second of October", datetime(2026, 11, 1, 3, 59, 59, tzinfo=UTC)),
        CallRow("first of the long day", datetime(2026, 11, 1, 4, tzinfo=UTC)),
        CallRow("hour that comes twice", datetime(2026, 11, 1, 6, 30, tzinfo=UTC)),
        CallRow("last of the long day", datetime(2026, 11, 2, 4, 59, 59, tzinfo=UTC)),
        CallRow("the next day", datetime(2026, 11, 2, 5, tzinfo=UTC)),
    ]
    with warehouse(*calls) as connection:
        facts = daily_facts(connection, date(2026, 11, 1), NEW_YORK, datetime(2026, 11, 3, tzinfo=UTC))
    with warehouse(*calls, zone="UTC") as connection:
        same_in_utc = daily_facts(connection, date(2026, 11, 1), UTC, datetime(2026, 11, 3, tzinfo=UTC))
    assert (facts.activity.calls, facts.before.calls) == (3, 1)
    assert (same_in_utc.activity.calls, same_in_utc.before.calls) == (3, 0)
    assert [day.calls for day in facts.chart[-2:]] == [1, 3]


@pytest.mark.parametrize(
    ("now", "state"),
    [
        (datetime(2026, 11, 25, 4, 59, tzinfo=UTC), "not begun"),
        (datetime(2026, 11, 25, 5, tzinfo=UTC), "running"),
        (datetime(2026, 11, 26, 4, 59, tzinfo=UTC), "running"),
        (datetime(2026, 11, 26, 5, tzinfo=UTC), "over"),
    ],
)
def test_a_day_is_over_at_midnight_where_the_business_is(now: datetime, state: str):
    with warehouse() as connection:
        assert daily_facts(connection, date(2026, 11, 25), NEW_YORK, now).state == state
