"""The two reports for executives: what each is called, the days it is of, and how it is made (spec 7.5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from orchestration.messages.message import Message
from orchestration.reports.business_day import TimeSpan, day_span, monday_of, week_span
from orchestration.reports.daily import daily_facts
from orchestration.reports.daily_message import daily_message
from orchestration.reports.notices import Notices
from orchestration.reports.weekly import weekly_facts
from orchestration.reports.weekly_message import weekly_message
from orchestration.reports.wording import long_date


@dataclass(frozen=True)
class ReportKind:
    """One report. A period is known by its first business day; ``days`` is its length.

    ``facts`` takes an open warehouse, the period, the business zone, the present moment and the time of publishing; ``message``
    takes these facts, the base address of links and what is said beside the facts.
    """

    name: str
    days: int
    period: str
    facts: Callable[..., Any]
    message: Callable[[Any, str, Notices], Message]

    def first_day(self, day: date) -> date:
        """Return the first day of the period that a day belongs to."""
        return day if self.days == 1 else monday_of(day)

    def span(self, first: date, zone: tzinfo) -> TimeSpan:
        return day_span(first, zone) if self.days == 1 else week_span(first, zone)

    def last_complete(self, now: datetime, zone: tzinfo) -> date:
        """Return the first day of the last period that is over."""
        return self.first_day(now.astimezone(zone).date() - timedelta(days=self.days))

    def named(self, first: date) -> str:
        """``November 25, 2026`` or ``the week of November 23, 2026``."""
        return long_date(first) if self.days == 1 else f"the week of {long_date(first)}"


DAILY = ReportKind("daily", 1, "day", daily_facts, daily_message)
WEEKLY = ReportKind("weekly", 7, "week", weekly_facts, weekly_message)
KINDS: Mapping[str, ReportKind] = {kind.name: kind for kind in (DAILY, WEEKLY)}
