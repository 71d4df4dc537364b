import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from agent.meetings.when import slot, start_window
from contract.platform.failures import PermanentFailure

NOW = datetime(2026, 11, 20, 15, 4, tzinfo=UTC)
ZONE = ZoneInfo("America/Los_Angeles")
NEW_YORK = ZoneInfo("America/New_York")
HERE = Path(__file__).parent


def wishes() -> list[Any]:
    """Wishes with their right start, None where the caller has to be asked again; each file has one clock and one zone."""
    given = json.loads((HERE / "booking_times.json").read_text(encoding="utf-8"))
    own = json.loads((HERE / "further_times.json").read_text(encoding="utf-8"))
    assert (given["now"], given["zone"]) == (own["now"], own["zone"]) == ("2026-11-30T12:00:00Z", "America/New_York")
    rows = [(case["preferred_date"], case["preferred_time"], case["right"]) for case in given["cases"]] + own["cases"]
    return [pytest.param(*row, id=f"{row[0]}|{row[1]}") for row in rows]


def confirmed(day: str | None, time: str | None, now: datetime, zone: ZoneInfo) -> str | None:
    try:
        return slot(day, time, now, zone).isoformat()
    except PermanentFailure:
        return None


@pytest.mark.parametrize(("day", "time", "right"), wishes())
def test_a_wish_is_booked_right_or_asked_again(day: str | None, time: str | None, right: str | None):
    assert confirmed(day, time, datetime(2026, 11, 30, 12, tzinfo=UTC), NEW_YORK) == right


@pytest.mark.parametrize(
    ("day", "time", "wanted"),
    [
        ("next Tuesday", "2pm", "2026-11-24T14:00:00-08:00"),
        ("Monday", "half past two", "2026-11-23T14:30:00-08:00"),
        ("the 3rd", "two thirty", "2026-12-03T14:30:00-08:00"),
        ("Monday morning", None, "2026-11-23T09:00:00-08:00"),
        ("monday next week", "quarter to three", "2026-11-23T14:45:00-08:00"),
        (None, None, "2026-11-20T09:00:00-08:00"),
        (None, "2pm", "2026-11-20T14:00:00-08:00"),
    ],
)
def test_spoken_times_are_understood(day: str | None, time: str | None, wanted: str):
    assert slot(day, time, NOW, ZONE).isoformat() == wanted


@pytest.mark.parametrize(
    ("day", "time"), [("blah", "2pm"), ("Monday", "99"), ("tomorrow", "9am"), ("Monday", "8pm"), ("yesterday", "2pm")]
)
def test_what_cannot_be_is_refused(day: str, time: str):
    with pytest.raises(PermanentFailure):
        slot(day, time, NOW, ZONE)


@pytest.mark.parametrize(
    ("day", "time", "wanted"),
    [
        ("tomorrow", "10am", "2026-12-01T10:00:00-05:00"),
        ("today", "10am", None),
        ("tomorrow", "11am Pacific", "2026-12-01T14:00:00-05:00"),
        ("tomorrow", "3pm London time", None),
        ("December 2nd", "3pm London time", "2026-12-02T10:00:00-05:00"),
    ],
)
def test_in_the_evening_tomorrow_is_the_callers_and_not_that_of_utc(day: str, time: str, wanted: str | None):
    """It is 20:30 in New York and already 1 December in London, where 'tomorrow' is another day: that is asked."""
    assert confirmed(day, time, datetime(2026, 12, 1, 1, 30, tzinfo=UTC), NEW_YORK) == wanted


@pytest.mark.parametrize(
    ("day", "time", "wanted"),
    [
        ("March 12th", "3pm", "2027-03-12T15:00:00-05:00"),
        ("March 15th", "3pm", "2027-03-15T15:00:00-04:00"),
        ("March 15th", "3pm GMT", "2027-03-15T11:00:00-04:00"),
        ("March 15th", "10am EST", None),
        ("March 14th", "2:30 am", None),
    ],
)
def test_the_clocks_change_between_now_and_the_meeting(day: str, time: str, wanted: str | None):
    assert confirmed(day, time, datetime(2027, 3, 1, 15, tzinfo=UTC), NEW_YORK) == wanted


@pytest.mark.parametrize(
    ("day", "time", "wanted"),
    [
        ("April 24th", "0:30 Africa/Cairo", None),
        ("April 24th", "1:30 am Africa/Cairo", "2026-04-24T10:30:00+12:00"),
        ("October 29th 2026", "23:30 Africa/Cairo", None),
        ("October 28th 2026", "23:30 Africa/Cairo", "2026-10-29T09:30:00+13:00"),
    ],
)
def test_an_hour_that_the_clocks_leave_out_or_repeat_is_asked(day: str, time: str, wanted: str | None):
    """Cairo's clocks go forward on a Friday and back on a Thursday, when it is business time in Auckland."""
    assert confirmed(day, time, datetime(2026, 4, 20, tzinfo=UTC), ZoneInfo("Pacific/Auckland")) == wanted


@pytest.mark.parametrize(
    ("day", "time", "over_by"),
    [
        ("Tuesday", "between two and four", "2026-12-01T16:00:00-05:00"),
        ("Tuesday morning", None, "2026-12-01T12:00:00-05:00"),
        ("Tuesday", "2pm", None),
        ("Tuesday", None, None),
    ],
)
def test_a_range_says_when_the_meeting_has_to_be_over(day: str, time: str | None, over_by: str | None):
    window = start_window(day, time, datetime(2026, 11, 30, 12, tzinfo=UTC), NEW_YORK)
    assert (window.ends.isoformat() if window.ends else None) == over_by


def test_a_wish_longer_than_a_wish_is_asked_again_and_never_cut():
    with pytest.raises(PermanentFailure):
        slot("tomorrow" + " please" * 20 + " but not in the morning", "10am", NOW, ZONE)
