"""The daily summary as an e-mail: HTML and plain text of the same message."""

from __future__ import annotations

from dataclasses import dataclass

from orchestration.messages.html import html_of
from orchestration.messages.text import text_of
from orchestration.reports.daily_message import daily_message
from orchestration.reports.facts import DailyFacts


@dataclass(frozen=True)
class RenderedEmail:
    subject: str
    html: str
    text: str


def render_daily(facts: DailyFacts, base_url: str) -> RenderedEmail:
    """The same facts give the same bytes."""
    message = daily_message(facts, base_url)
    return RenderedEmail(message.subject, html_of(message), text_of(message))
