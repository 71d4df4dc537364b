"""Too few or too many calls for the weekday are red; thin history says nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from orchestration.quality.rules import QualityRules
from orchestration.quality.volume import volume
from orchestration.rules.finding import Finding
from tests.support.session_rows import Call, warehouse

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
ZONE = ZoneInfo("America/New_York")


def calls(days_ago: int, count: int) -> list[Call]:
    """Calls one minute apart that end half a day before that many days ago."""
    last = NOW - timedelta(days=days_ago, hours=12)
    return [(last - timedelta(minutes=n), None, None) for n in range(count)]


def history(weeks: int, count: int, other_days: int = 200) -> list[Call]:
    """``count`` calls on the same weekday of each week before, and many on the days between, which are no measure."""
    weekdays = [call for week in range(1, weeks + 1) for call in calls(7 * week, count)]
    return weekdays + calls(3, other_days) + calls(7 * weeks + 3, 1)


def found(rules: QualityRules, *of: list[Call]) -> Finding:
    with warehouse(call for part in of for call in part) as connection:
        return volume(connection, rules.standing.volume, NOW, ZONE)


def test_as_many_calls_as_on_the_weekdays_before_are_right(rules: QualityRules):
    finding = found(rules, history(4, 40), calls(0, 36))
    assert (finding.passed, finding.skipped_because) == (True, None)
    assert finding.figures == {"calls": 36, "mean of the weeks before": 40.0, "weeks": 4, "n": 160}


def test_far_too_few_calls_are_red(rules: QualityRules):
    finding = found(rules, history(4, 40), calls(0, 5))
    assert (finding.passed, finding.count, len(finding.sessions)) == (False, 1, 5)


def test_no_call_at_all_is_red(rules: QualityRules):
    assert not found(rules, history(4, 40)).passed


def test_far_too_many_calls_are_red_and_twenty_are_named(rules: QualityRules):
    finding = found(rules, history(4, 40), calls(0, 130))
    assert (finding.passed, finding.examined, len(finding.sessions)) == (False, 130, 20)


def test_a_difference_that_chance_explains_is_not_red(rules: QualityRules):
    assert found(rules, history(4, 11), calls(0, 5)).passed


def test_history_of_two_weeks_is_too_thin_to_judge(rules: QualityRules):
    assert found(rules, history(2, 40), calls(0, 1)).skipped_because == "too little history"


def test_a_handful_of_calls_a_day_is_too_thin_to_judge(rules: QualityRules):
    assert found(rules, history(4, 6), calls(0, 0)).skipped_because == "too little history"


def test_an_empty_warehouse_says_nothing(rules: QualityRules):
    assert found(rules).skipped_because == "too little history"


def test_weeks_are_counted_in_the_business_time_zone(rules: QualityRules):
    """Clocks changed on 1 November: what ends at 7:45 now ended at 7:45 in October too, an hour earlier in UTC."""
    quarter_to_eight = datetime(2026, 11, 3, 12, 45, tzinfo=UTC)
    tuesdays = [datetime(2026, 10, day, 11, tzinfo=UTC) for day in (27, 20, 13, 6)]
    half_past_seven = [(day + timedelta(minutes=30), None, None) for day in tuesdays for _ in range(30)]
    half_past_eight = [(day + timedelta(minutes=90), None, None) for day in tuesdays for _ in range(50)]
    with warehouse([(datetime(2026, 9, 1, tzinfo=UTC), None, None), *half_past_seven, *half_past_eight]) as connection:
        finding = volume(connection, rules.standing.volume, quarter_to_eight, ZONE)
    assert finding.figures["n"] == 120
