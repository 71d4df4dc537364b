"""Reports as e-mails, and what a mail client makes of their HTML."""

from __future__ import annotations

from html.parser import HTMLParser

from orchestration.reports.daily_message import daily_message
from orchestration.reports.facts import DailyFacts, WeeklyFacts
from orchestration.reports.notices import NO_NOTICES, Notices
from orchestration.reports.render import RenderedEmail, rendered
from orchestration.reports.weekly_message import weekly_message

BASE_URL = "https://voice.example"


def render_daily(facts: DailyFacts, base_url: str, notices: Notices = NO_NOTICES) -> RenderedEmail:
    return rendered(daily_message(facts, base_url, notices))


def render_weekly(facts: WeeklyFacts, base_url: str, notices: Notices = NO_NOTICES) -> RenderedEmail:
    return rendered(weekly_message(facts, base_url, notices))


class Page(HTMLParser):
    """What a mail client makes of the HTML: elements, addresses, what it loads, pictures' texts and visible words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.loaded: list[str] = []
        self.pictures: dict[str, str] = {}
        self.words = ""
        self._in_head = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        self._in_head = tag == "head" or (self._in_head and tag != "body")
        if tag == "a" and given.get("href"):
            self.addresses.append(given["href"] or "")
        if tag == "img":
            self.pictures[given.get("src") or ""] = given.get("alt") or ""
        self.loaded += [value for name, value in attrs if (name == "src" or (name == "href" and tag == "link")) and value]

    def handle_data(self, data: str) -> None:
        if not self._in_head:
            self.words += f" {data}"
