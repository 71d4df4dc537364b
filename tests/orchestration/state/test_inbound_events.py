"""What vendors tell is stored once; its text, which may name people, goes after a while, and is known all the same."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from orchestration.state.database import StateDatabase
from orchestration.state.inbound_events import EXPIRED, KEPT, InboundEvent, record_event
from orchestration.state.tables import INBOUND_EVENTS
from tests.support.documents import NOW


def told(state: StateDatabase, key: str, received_at: datetime) -> bool:
    return record_event(state, InboundEvent("pagerduty", key, "incident.acknowledged", '{"by": "Sam"}', received_at))


def stored(state: StateDatabase) -> dict[str, dict[str, Any]]:
    with state.reading() as connection:
        return {row["event_key"]: dict(row) for row in connection.execute(select(INBOUND_EVENTS)).mappings()}


def test_texts_are_removed_when_their_time_is_over_and_their_events_stay_known(state: StateDatabase):
    old = NOW - KEPT - timedelta(seconds=1)
    assert told(state, "handled", old)
    assert told(state, "unhandled", old)
    with state.writing() as connection:
        handled = {"handled_at": old, "outcome": "acknowledged"}
        connection.execute(update(INBOUND_EVENTS).where(INBOUND_EVENTS.c.event_key == "handled").values(handled))
    assert told(state, "recent", NOW - KEPT)
    assert told(state, "new", NOW)
    found = stored(state)
    assert {key: bool(row["body"]) for key, row in found.items()} == {
        "handled": False,
        "unhandled": False,
        "recent": True,
        "new": True,
    }
    assert (found["handled"]["handled_at"], found["handled"]["outcome"]) == (old, "acknowledged")
    assert (found["unhandled"]["handled_at"], found["unhandled"]["outcome"]) == (NOW, EXPIRED)
    assert found["recent"]["handled_at"] is None
    assert not told(state, "handled", NOW)
    assert not told(state, "unhandled", NOW)
    assert stored(state) == found
