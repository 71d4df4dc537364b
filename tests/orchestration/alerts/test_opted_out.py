"""Who asked not to be called raises no meeting alert, in that call, in another of the batch or in a later one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from orchestration.local_run import run_pending
from orchestration.resources import Platform
from orchestration.state.tables import ALERTS
from tests.support.documents import LINES, START, put, session

BOOKED = [{"tool": "book_sales_meeting", "success": True, "meeting_time": "2026-12-01T15:00:00Z"}]


def booked(name: str, email: str, *, hours: int = 0, last_words: str = "See you then, bye!") -> dict[str, Any]:
    """A call that booked a meeting, of the caller with this address."""
    lines = [*LINES[:5], ("user", last_words)]
    said = [{"id": f"item_{n:03}", "role": role, "text": text} for n, (role, text) in enumerate(lines)]
    return session(name, START + timedelta(hours=hours), user_email=email, transcript=said, tool_calls=BOOKED)


def alerted(platform: Platform) -> set[str]:
    with platform.state.reading() as connection:
        query = select(ALERTS.c.session_id).where(ALERTS.c.alert_name.in_(("Meeting Booked", "Hot Lead Detected")))
        return set(connection.execute(query).scalars())


def test_the_wish_of_one_call_binds_the_others_of_the_same_lead(platform: Platform):
    put(platform, booked("before", "robin@harlow.example"))
    put(platform, booked("wish", "robin@harlow.example", hours=1, last_words="Stop calling me."))
    put(platform, booked("other", "sam@harlow.example", hours=1))
    run_pending(platform)
    assert alerted(platform) == {"other"}
    put(platform, booked("later", "robin@harlow.example", hours=2))
    put(platform, booked("other_later", "sam@harlow.example", hours=2))
    run_pending(platform)
    assert alerted(platform) == {"other", "other_later"}
