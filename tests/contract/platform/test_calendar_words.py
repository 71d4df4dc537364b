"""The table of weekday and month words agrees with the calendar, whatever the locale of the process."""

from __future__ import annotations

from datetime import date

from contract.platform.calendar_words import MONTH_NUMBERS, MONTHS, WEEKDAY_NUMBERS, WEEKDAYS


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
