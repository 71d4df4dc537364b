"""The audit of who opened a call: in the order of views, latest first, of that call alone."""

from __future__ import annotations

from datetime import timedelta

from orchestration.state.call_views import record_view, views_of
from orchestration.state.database import StateDatabase
from tests.support.documents import NOW


def test_views_are_kept_each_and_read_latest_first(state: StateDatabase):
    for minutes, viewer in enumerate(("sam@example.com", "vera@example.com", "sam@example.com")):
        record_view(state, viewer, "sales", "one", "shown", NOW + timedelta(minutes=minutes))
    record_view(state, "sam@example.com", "sales", "two", "not_found", NOW)
    found = [(view["viewer"], view["viewed_at"], view["outcome"]) for view in views_of(state, "one")]
    assert found == [
        ("sam@example.com", NOW + timedelta(minutes=2), "shown"),
        ("vera@example.com", NOW + timedelta(minutes=1), "shown"),
        ("sam@example.com", NOW, "shown"),
    ]
