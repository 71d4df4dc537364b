"""The page of alerts: each once, the latest day first, with times, what to do and a link to its call; no words as markup."""

from __future__ import annotations

from datetime import date

import pytest

from orchestration.alerts.feed import feed_message
from orchestration.messages.html import html_of
from orchestration.messages.message import Header, Row, Table
from tests.orchestration.alerts.feed_sample import FIRST, LAST, feed, fired, two_days
from tests.orchestration.alerts.histories import ZONE


def tables() -> list[Table]:
    return [block for block in feed().blocks if isinstance(block, Table)]


def rows() -> dict[str, Row]:
    """The rows by their rule, in the order of time."""
    rules = [one.rule for one in two_days()]
    in_order = [row for table in reversed(tables()) for row in table.rows]
    assert len(in_order) == len(rules)
    return {rule: row for rule, row in zip(rules, in_order, strict=True) if rule in (row.name, *row.details)}


def test_each_alert_stands_once_with_its_rule_the_latest_day_first():
    assert [table.title for table in tables()] == ["Wednesday, November 18", "Tuesday, November 17"]
    assert list(rows()) == [one.rule for one in two_days()]


def test_a_row_says_when_it_fired_until_when_and_what_to_do():
    burst = rows()["Error Rate >10%"]
    assert burst.name == "Critical error rate: 30% errors in last 10 calls"
    assert burst.details == (
        "10:12, resolved 11:00", "Error Rate >10%", "3 of 10 calls, last 10 calls",
        "What to do: Check logs, rollback if recent deployment",
    )  # fmt: skip
    assert rows()["API Failures"].details[0] == "12:02, still firing"
    assert rows()["Content Gaps Identified"].details[:2] == ("12:00", "zapier integration: 5 searches")
    assert rows()["Hot Lead Detected"].link == "https://voice.example/calls/call_0412"


def test_what_pages_stands_out_and_a_digest_stands_back():
    tones = {row.number: row.tone for row in rows().values()}
    assert tones == {"P1": "bad", "P2": "plain", "P3": "quiet"}


@pytest.mark.parametrize(
    ("first", "last", "title"),
    [
        (date(2026, 11, 17), date(2026, 11, 17), "November 17, 2026"),
        (date(2026, 11, 17), date(2026, 11, 18), "November 17 to 18, 2026"),
        (date(2026, 10, 17), date(2026, 11, 18), "October 17 to November 18, 2026"),
        (date(2026, 12, 30), date(2027, 1, 2), "December 30, 2026 to January 2, 2027"),
    ],
)
def test_its_title_names_the_days(first: date, last: date, title: str):
    header = feed_message([], ZONE, first, last).blocks[0]
    assert isinstance(header, Header)
    assert header.title == ("Alerts of", title)


def test_what_callers_said_is_no_markup():
    hostile = fired("Content Gaps Identified", 180, 0, searches=[["<b>mobile</b> app", 3]])
    html = html_of(feed_message([hostile], ZONE, FIRST, LAST))
    assert "<b>mobile</b>" not in html
    assert "&lt;b&gt;mobile" in html
