from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzers.relative_dates import bucket_of, date_meant

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("tomorrow morning", date(2026, 11, 24)),
        ("by Friday", date(2026, 11, 27)),
        ("next Tuesday", date(2026, 12, 1)),
        ("over the weekend", date(2026, 11, 29)),
        ("this weekend", date(2026, 11, 29)),
        ("in two weeks", date(2026, 12, 7)),
        ("within a month", date(2026, 12, 23)),
        ("end of the month", date(2026, 11, 30)),
        ("end of next month", date(2026, 12, 31)),
        ("before the quarter ends, end of quarter", date(2026, 12, 31)),
        ("Q1", date(2027, 3, 31)),
        ("December 14th", date(2026, 12, 14)),
        ("the day after tomorrow", date(2026, 11, 25)),
        ("sometime in February", date(2027, 2, 28)),
        ("before January", date(2026, 12, 31)),
        ("before the February", date(2027, 1, 31)),
        ("before Thanksgiving", date(2026, 11, 26)),
        ("by Halloween", date(2027, 10, 31)),
    ],
)
def test_words_of_time_mean_the_date_a_person_would_say(words: str, meant: date):
    assert date_meant(words, MONDAY) == meant


@pytest.mark.parametrize("words", [None, "", "soon", "at some point", "when my partner is back", "after the holidays maybe"])
def test_open_words_mean_no_date(words: str | None):
    assert date_meant(words, MONDAY) is None


@pytest.mark.parametrize(
    ("days", "bucket"),
    [(0, "this_week"), (6, "this_week"), (7, "this_month"), (20, "this_quarter"), (60, "next_quarter"), (200, "evaluating")],
)
def test_a_date_falls_into_the_nearest_bucket(days: int, bucket: str):
    assert bucket_of(MONDAY + timedelta(days=days), MONDAY) == bucket


def test_the_last_day_of_a_month_is_kept_inside_shorter_months():
    assert date_meant("in 3 months", date(2026, 11, 30)) == date(2027, 2, 28)


@given(st.text(max_size=200), st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_no_words_ever_raise(words: str, called_on: date):
    meant = date_meant(words, called_on)
    assert meant is None or isinstance(meant, date)


@given(st.integers(0, 999), st.sampled_from(["day", "days", "week", "weeks", "month", "year", "years"]))
def test_any_count_of_units_is_a_date(count: int, unit: str):
    assert date_meant(f"in {count} {unit}", MONDAY) is not None
