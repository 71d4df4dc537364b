"""The newest call must reach readers while there is business; nights and weekends do not count."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import pytest

from contract.reference import Reference
from orchestration.quality.freshness import freshness
from orchestration.quality.rules import QualityRules
from orchestration.rules.business_hours import BusinessHours

BUSINESS = Reference().table(BusinessHours)
ZONE = ZoneInfo("America/New_York")
FRIDAY_FOUR = datetime(2026, 11, 20, 21, tzinfo=UTC)


@pytest.fixture
def ledger() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(
            "create table session_ledger (session_id varchar, discovered_at timestamp, in_warehouse boolean, test_call boolean)"
        )
        yield connection


def take_in(ledger: duckdb.DuckDBPyConnection, session_id: str, at: datetime, *, built: bool = True, test: bool = False) -> None:
    ledger.execute("insert into session_ledger values (?, ?, ?, ?)", [session_id, at.replace(tzinfo=None), built, test])


def test_a_call_of_this_morning_is_fresh(ledger: duckdb.DuckDBPyConnection, rules: QualityRules):
    take_in(ledger, "one", FRIDAY_FOUR - timedelta(hours=3))
    finding = freshness(ledger, rules.standing.freshness, BUSINESS, FRIDAY_FOUR, ZONE)
    assert (finding.passed, finding.figures["business hours since"]) == (True, 3.0)


def test_five_hours_of_business_without_a_call_are_red_and_name_the_last(ledger: duckdb.DuckDBPyConnection, rules: QualityRules):
    take_in(ledger, "older", FRIDAY_FOUR - timedelta(hours=7))
    take_in(ledger, "last", FRIDAY_FOUR - timedelta(hours=5))
    finding = freshness(ledger, rules.standing.freshness, BUSINESS, FRIDAY_FOUR, ZONE)
    assert (finding.passed, finding.count, finding.sessions) == (False, 1, ("last",))


def test_a_weekend_without_calls_is_no_business(ledger: duckdb.DuckDBPyConnection, rules: QualityRules):
    take_in(ledger, "one", FRIDAY_FOUR)
    monday_nine = datetime(2026, 11, 23, 14, tzinfo=UTC)
    finding = freshness(ledger, rules.standing.freshness, BUSINESS, monday_nine, ZONE)
    assert (finding.passed, finding.figures["business hours since"]) == (True, 3.0)


def test_what_is_not_built_and_test_calls_are_not_what_readers_see(ledger: duckdb.DuckDBPyConnection, rules: QualityRules):
    take_in(ledger, "last", FRIDAY_FOUR - timedelta(hours=6))
    take_in(ledger, "waiting", FRIDAY_FOUR, built=False)
    take_in(ledger, "test", FRIDAY_FOUR, test=True)
    assert freshness(ledger, rules.standing.freshness, BUSINESS, FRIDAY_FOUR, ZONE).sessions == ("last",)


def test_before_the_first_call_there_is_nothing_to_say(ledger: duckdb.DuckDBPyConnection, rules: QualityRules):
    assert freshness(ledger, rules.standing.freshness, BUSINESS, FRIDAY_FOUR, ZONE).skipped_because == "no call yet"


def test_a_day_of_business_has_ten_hours_also_when_clocks_change():
    sunday, next_saturday = datetime(2026, 3, 8, 5, tzinfo=UTC), datetime(2026, 3, 14, 4, tzinfo=UTC)
    assert BUSINESS.between(sunday, next_saturday, ZONE) == 50.0


def test_years_of_silence_are_counted_over_three_weeks(rules: QualityRules):
    rule, three_weeks_ago = rules.standing.freshness, FRIDAY_FOUR - timedelta(weeks=3)
    long, short = (BUSINESS.between(start, FRIDAY_FOUR, ZONE) for start in (datetime(2020, 1, 1, tzinfo=UTC), three_weeks_ago))
    assert long == short > rule.open_hours
