"""The table of weekday and month words agrees with the calendar, whatever the locale of the process."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from contract.platform.calendar_words import (
    MONTH_NUMBERS,
    MONTHS,
    WEEKDAY_NUMBERS,
    WEEKDAYS,
    day_in_words,
    moment_in_words,
    short_moment,
)


def test_weekdays_are_numbered_as_dates_number_them() -> None:
    monday = date(2026, 11, 23)
    assert WEEKDAYS[monday.weekday()] == "Monday"
    assert WEEKDAY_NUMBERS["monday"] == monday.weekday()
    assert [WEEKDAY_NUMBERS[name.lower()] for name in WEEKDAYS] == list(range(7))


def test_months_are_numbered_as_dates_number_them() -> None:
    november = date(2026, 11, 23)
    assert MONTHS[november.month - 1] == "November"
    assert MONTH_NUMBERS["november"] == november.month
    assert [MONTH_NUMBERS[name.lower()] for name in MONTHS] == list(range(1, 13))


@pytest.mark.parametrize(
    ("offset", "zone"),
    [(0, "UTC"), (-360, "UTC-6"), (600, "UTC+10"), (330, "UTC+5:30"), (-210, "UTC-3:30")],
)
def test_a_moment_is_written_as_one_moment_in_its_own_offset(offset: int, zone: str):
    at = datetime(2026, 11, 10, 10, 30, tzinfo=timezone(timedelta(minutes=offset)))
    assert moment_in_words(at) == f"Tue 10 Nov 2026 at 10:30 ({zone})"


def test_utc_itself_has_no_offset():
    assert moment_in_words(datetime(2026, 1, 2, tzinfo=UTC)) == "Fri 2 Jan 2026 at 00:00 (UTC)"


def test_a_day_and_a_moment_near_the_call_are_written_as_people_do():
    at = datetime(2026, 10, 13, 15, tzinfo=UTC)
    assert day_in_words(at.date()) == "Tue 13 Oct"
    assert short_moment(at) == "Tue 13 Oct, 15:00 (UTC)"
