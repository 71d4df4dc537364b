"""``delivery_log`` holds what became of every item as of the last build, and a delivery by itself makes no build due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from orchestration.delivery.items import Change, ItemOutcome
from orchestration.delivery.log import record_intents, record_outcomes
from orchestration.state.builds import build_due, built_change, record_published
from orchestration.warehouse.publish import publish
from orchestration.warehouse.reader import open_published
from tests.support.builds import build, rows
from tests.support.lake_samples import Lake, sample_documents

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
SESSION = sample_documents()[0].session_id
NAIVE_NOON = NOON.replace(tzinfo=None)


def change(key: str, *, human_edited: Sequence[str] = ()) -> Change:
    content = {"Company": "a hash", "Phone": "another"}
    return Change(key, "lead", SESSION, "send", content=content, human_edited=tuple(human_edited))


def deliver(lake: Lake, pairs: Sequence[tuple[Change, ItemOutcome]], at: datetime = NOON) -> None:
    """What one sync of people leaves behind."""
    with lake.state.writing() as connection:
        record_intents(connection, "salesforce", "person", [change for change, _ in pairs], at)
    with lake.state.writing() as connection:
        record_outcomes(connection, "salesforce", "person", pairs, at)


def built_and_published(lake: Lake) -> None:
    build(lake)
    publish(lake.settings)
    with lake.state.writing() as connection:
        record_published(connection, built_change(connection))


def test_a_delivered_item_appears_after_the_next_build_and_is_published(lake: Lake):
    lake.analyse(sample_documents()[:1])
    built_and_published(lake)
    delivered = ItemOutcome("lead", delivered=True, remote_id="00Q1")
    deliver(lake, [(change("lead", human_edited=["Phone", "Title"]), delivered)])
    assert rows(lake.settings, "select count(*) from delivery_log") == [(0,)]
    built_and_published(lake)
    expected = ("salesforce", "person", "lead", SESSION, "sent", None, None, "00Q1", ["Phone", "Title"], 1, 0, None, NAIVE_NOON)
    assert rows(lake.settings, "from delivery_log") == [expected]
    with open_published(lake.settings) as published:
        assert published.execute("from delivery_log").fetchall() == [expected]


def test_a_failed_item_says_why_since_when_and_how_often_and_a_success_replaces_that(lake: Lake):
    refused = ItemOutcome("lead", delivered=False, code="UNABLE_TO_LOCK_ROW", reason="It goes with the next run.")
    deliver(lake, [(change("lead"), refused)])
    deliver(lake, [(change("lead"), refused)], NOON + timedelta(hours=1))
    build(lake)
    later = NAIVE_NOON + timedelta(hours=1)
    figures = "state, code, reason, human_edited, sends, failures, first_failed_at, changed_at"
    assert rows(lake.settings, f"select {figures} from delivery_log") == [
        ("pending", "UNABLE_TO_LOCK_ROW", "It goes with the next run.", [], 0, 2, NAIVE_NOON, later)
    ]
    deliver(lake, [(change("lead"), ItemOutcome("lead", delivered=True, remote_id="00Q1"))], NOON + timedelta(hours=2))
    build(lake)
    assert rows(lake.settings, "select state, reason, sends, failures, first_failed_at from delivery_log") == [
        ("sent", None, 1, 0, None)
    ]


def test_what_was_sent_is_not_in_the_warehouse_not_even_as_a_hash(lake: Lake):
    deliver(lake, [(change("lead"), ItemOutcome("lead", delivered=True))])
    build(lake)
    assert "a hash" not in str(rows(lake.settings, "from delivery_log"))


def test_a_delivery_makes_no_build_due(lake: Lake):
    lake.analyse(sample_documents()[:1])
    built_and_published(lake)
    deliver(lake, [(change("lead"), ItemOutcome("lead", delivered=True, remote_id="00Q1"))])
    with lake.state.reading() as connection:
        assert not build_due(connection)
    lake.analyse(sample_documents()[1:2])
    with lake.state.reading() as connection:
        assert build_due(connection)
