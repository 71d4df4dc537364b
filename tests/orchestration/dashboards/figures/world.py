"""Everything that widgets show, and what a choice of filters leaves of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from tests.orchestration.dashboards.figures.call_facts import ZONE, CallFacts, winners
from tests.orchestration.dashboards.figures.sample_home import Told
from tests.support.documents import NOW

TODAY = NOW.astimezone(ZONE).date()


@dataclass(frozen=True)
class FilterChoice:
    """Filters of spec 6.7; None is all. Both days are included."""

    first_day: date = TODAY - timedelta(days=6)
    last_day: date = TODAY
    tier: str | None = None
    sentiment: str | None = None
    industry: str | None = None
    agent_version: str | None = None

    @property
    def dimensions(self) -> Mapping[str, str]:
        named = {name: getattr(self, name) for name in ("tier", "sentiment", "industry", "agent_version")}
        return {name: value for name, value in named.items() if value is not None}

    @property
    def query(self) -> str:
        """As an address has it; the days that stand without a filter are left out."""
        days = {"from": self.first_day, "to": self.last_day}
        default = FilterChoice()
        given = {} if (self.first_day, self.last_day) == (default.first_day, default.last_day) else days
        return urlencode({**given, **self.dimensions})


@dataclass(frozen=True)
class World:
    """``matching`` calls are of the chosen tier, sentiment, industry and version; ``chosen`` ones of the chosen days too."""

    told: Told
    calls: tuple[CallFacts, ...]
    choice: FilterChoice = FilterChoice()

    @classmethod
    def of(cls, told: Told) -> World:
        return cls(told, tuple(winners(told.calls)))

    def with_choice(self, choice: FilterChoice) -> World:
        return World(self.told, self.calls, choice)

    @property
    def matching(self) -> list[CallFacts]:
        wanted = self.choice.dimensions
        return [call for call in self.calls if all(getattr(call, name) == value for name, value in wanted.items())]

    @property
    def chosen(self) -> list[CallFacts]:
        return [call for call in self.matching if self.choice.first_day <= call.day <= self.choice.last_day]

    def between(self, start: datetime, end: datetime) -> list[CallFacts]:
        return [call for call in self.matching if start <= call.start < end]

    def since_day(self, first: date) -> list[CallFacts]:
        return [call for call in self.matching if first <= call.day <= TODAY]


def midnight(days_ago: int) -> datetime:
    """The moment at which a business day began."""
    return datetime.combine(TODAY - timedelta(days=days_ago), time.min, tzinfo=ZONE)


def same_time(days_ago: int) -> datetime:
    """The same time of day in the business zone, on an earlier day."""
    return datetime.combine(TODAY - timedelta(days=days_ago), NOW.astimezone(ZONE).time(), tzinfo=ZONE)
