"""Days spelled out in speech."""

from __future__ import annotations

from datetime import date

import pytest

from analyzers.relative_dates import date_meant

WEDNESDAY = date(2026, 11, 11)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("the nineteenth", "2026-11-19"),
        ("the third", "2026-12-03"),
        ("February the first", "2027-02-01"),
        ("the twenty-third of November", "2026-11-23"),
        ("January eleventh", "2027-01-11"),
        ("second week of November", "2026-11-13"),
        ("last week of November", "2026-11-30"),
        ("middle of December", "2026-12-15"),
        ("within two business days", "2026-11-13"),
        ("Thursday week", "2026-11-19"),
        ("a week from Friday", "2026-11-20"),
        ("right after this call", "2026-11-11"),
        ("within twenty-four hours", "2026-11-12"),
        ("Wednesday the eighteenth", "2026-11-18"),
        ("in nine days", "2026-11-20"),
        ("in fourteen days", "2026-11-25"),
        ("within a fortnight", "2026-11-25"),
        ("within ten working days", "2026-11-25"),
        ("by 11/30", "2026-11-30"),
        ("before 1/8", "2027-01-08"),
        ("on 24/12", "2026-12-24"),
        ("for 2/15/27", "2027-02-15"),
        ("by 2 December", "2026-12-02"),
        ("by Jan 5th", "2027-01-05"),
        ("the 9th of Dec", "2026-12-09"),
        ("by quarter end", "2026-12-31"),
    ],
)
def test_a_day_spelled_out_is_that_day(said: str, day: str) -> None:
    assert str(date_meant(said, WEDNESDAY)) == day


@pytest.mark.parametrize(
    "said", ["the first time", "the second one", "thirty first in line", "February thirtieth", "the first of many"]
)
def test_an_order_is_no_day(said: str) -> None:
    assert date_meant(said, WEDNESDAY) in (None, date(2027, 2, 28))
