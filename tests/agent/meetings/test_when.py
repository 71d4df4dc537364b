from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from agent.meetings.when import slot
from contract.platform.failures import PermanentFailure

NOW = datetime(2026, 11, 20, 15, 4, tzinfo=UTC)
ZONE = ZoneInfo("America/Los_Angeles")


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
