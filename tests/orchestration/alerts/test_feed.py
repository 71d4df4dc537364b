"""The page of alerts: each once, the latest day first, with times, what to do and a link to its call; no words as markup."""

from __future__ import annotations

from orchestration.messages.html import html_of
from orchestration.messages.message import Table
from tests.orchestration.alerts.feed_sample import feed, two_days


def tables() -> list[Table]:
    return [block for block in feed().blocks if isinstance(block, Table)]


def test_each_alert_stands_once_the_latest_day_first():
    assert [table.title for table in tables()] == ["Wednesday, November 18", "Tuesday, November 17"]
    shown = [row.name.partition(": ")[0] for table in reversed(tables()) for row in table.rows]
    assert shown == [one.rule for one in two_days()]


def test_a_row_says_when_it_fired_until_when_and_what_to_do():
    rows = {row.name.partition(": ")[0]: row for table in tables() for row in table.rows}
    burst = rows["Error Rate >10%"]
    assert burst.details == (
        "10:12, resolved 11:00", "3 of 10 calls, last 10 calls", "What to do: Check logs, rollback if recent deployment",
    )  # fmt: skip
    assert rows["API Failures"].details[0] == "12:02, still firing"
    assert rows["Content Gaps Identified"].details[:2] == ("12:00", "zapier integration: 5 searches")
    assert rows["Hot Lead Detected"].link == "https://voice.example/calls/call_0412"


def test_what_callers_said_is_no_markup():
    assert "<b>mobile</b>" not in html_of(feed())
    assert "&lt;b&gt;mobile" in html_of(feed())
