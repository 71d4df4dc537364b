"""One message in three formats, with texts that try to be markup."""

from typing import Any

import pytest

from orchestration.messages.block_kit import MOST_BLOCKS, MOST_CHARACTERS, blocks_of
from orchestration.messages.html import html_of, pictures_of
from orchestration.messages.message import (
    Bar,
    Chart,
    Facts,
    Figure,
    Footer,
    Header,
    Line,
    Lines,
    Link,
    Message,
    Note,
    Quote,
    Row,
    Table,
)
from orchestration.messages.text import text_of

HOSTILE = "<script>alert(1)</script> <!channel> & *bold*"
MESSAGE = Message(
    "Daily",
    (
        Header("EYEBROW", ("A day", "in May"), HOSTILE, caution="Not over yet"),
        Facts("📊", "Activity", (Figure("Calls", "7", (Note("target met", "good"), Note("missed", "bad")), unit=" ms"),)),
        Chart("Calls per day", "qualified", "other", (Bar(("M", "1"), 4, 3), Bar(("T", "2"), 0, 0))),
        Table("🔥", "Leads", "Score", (Row("92", HOSTILE, "https://voice.example/calls/a", ("Dana", "25 users")),), "none"),
        Lines("📈", "Trends", (Line("Up", "7 of 9"),)),
        Lines("💡", "To do", (Line("First"), Line("Second", "3 of 9")), subtitle="Now", numbered=True),
        Quote("we need it", "caller"),
        Link("Open", "https://voice.example/"),
        Footer(("small print",)),
    ),
)


def texts(block: dict[str, Any]) -> list[str]:
    parts = [block.get("text"), *block.get("fields", ()), *block.get("elements", ())]
    return [part["text"] for part in parts if part]


def test_text_says_every_block_but_the_chart():
    text = text_of(MESSAGE)
    for words in (
        "EYEBROW",
        "A day in May",
        "Not over yet",
        "• Calls: 7 ms (✅ target met, ⚠️ missed)",
        "• Up (7 of 9)",
        "💡 TO DO\nNow:\n1. First\n2. Second (3 of 9)",
        "“we need it”",
    ):
        assert words in text
    assert "1. " + HOSTILE + " (Dana) - Score 92 - 25 users" in text
    assert "Calls per day" not in text


def test_html_escapes_what_is_not_ours_and_shows_the_chart():
    html = html_of(MESSAGE)
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "Calls per day" in html
    assert 'src="cid:chart-1"' in html
    assert html == html_of(MESSAGE)
    assert pictures_of(MESSAGE) == pictures_of(MESSAGE)
    assert [picture.name for picture in pictures_of(MESSAGE)] == ["chart-1"]


def test_slack_cannot_be_made_to_mention_or_format():
    blocks = blocks_of(MESSAGE)
    written = str(blocks)
    assert "<!channel>" not in written
    assert "&lt;!channel&gt;" in written
    assert blocks[0]["type"] == "header"


@pytest.mark.parametrize("figures", [1, 200, 2000])
def test_slack_gets_no_more_than_it_takes_and_says_so(figures: int):
    facts = Facts("", "Many", tuple(Figure(f"fact {n}", "x" * 60) for n in range(figures)))
    blocks = blocks_of(Message("Long", (Header("P2", ("Long",), "headline"), facts)))
    assert len(blocks) <= MOST_BLOCKS
    texts = [
        text["text"]
        for block in blocks
        for text in (block.get("text"), *block.get("fields", ()), *block.get("elements", ()))
        if text
    ]
    assert sum(map(len, texts)) <= MOST_CHARACTERS + 200
    assert all(len(block.get("fields", ())) <= 10 for block in blocks)
    assert ("left out" in str(blocks[-1])) == (figures > 1)
