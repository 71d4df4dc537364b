"""The audit of who opened a call: in the order of views, latest first, of that call alone."""

from __future__ import annotations

from datetime import timedelta

from orchestration.state.call_views import KEPT, record_view, views_of
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


def test_views_are_removed_when_their_time_is_over(state: StateDatabase):
    record_view(state, "sam@example.com", "sales", "one", "shown", NOW - KEPT - timedelta(seconds=1))
    record_view(state, "vera@example.com", "sales", "one", "shown", NOW - KEPT)
    record_view(state, "sam@example.com", "sales", "two", "shown", NOW)
    assert [view["viewer"] for view in views_of(state, "one")] == ["vera@example.com"]
    assert len(views_of(state, "two")) == 1
