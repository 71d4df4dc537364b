"""What the reports say, before it is put into words. ``None`` means not measured; every rate keeps its n."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from orchestration.reports.thresholds import ReportThresholds
from orchestration.rules.goals import Goals
from orchestration.rules.measures import Measured

DayState = Literal["over", "running", "not begun"]


@dataclass(frozen=True)
class CountedRate:
    """``count`` out of ``n``; without an n there is no rate."""

    count: int
    n: int

    @property
    def share(self) -> float | None:
        return self.count / self.n if self.n else None


@dataclass(frozen=True)
class Average:
    """Mean of the ``n`` values that were measured."""

    value: float | None
    n: int


@dataclass(frozen=True)
class Activity:
    """Calls of one day. ``booked`` counts qualified calls that ended with a meeting; ``meetings`` counts all of them."""

    calls: int
    qualified: CountedRate
    meetings: int
    booked: CountedRate
    failed: CountedRate
    engagement: Average
    hot_leads: int
    scored: int


@dataclass(frozen=True)
class DayCost:
    """US dollars known of the day's calls; of ``complete`` calls every component has a price."""

    usd: float | None
    complete: int


@dataclass(frozen=True)
class Pipeline:
    """``amount`` of the ``opportunities`` that have one, in the CRM's currency, which is US dollars; ``None`` when none has."""

    amount: float | None
    opportunities: int
    without_amount: int


@dataclass(frozen=True)
class OpportunityFacts:
    """The best call of one lead on this day."""

    session_id: str
    company: str | None
    name: str | None
    score: int
    signals: tuple[str, ...]


@dataclass(frozen=True)
class Trend:
    """Calls that mention ``subject`` this week and the week before.

    ``change`` is a share of the week before; ``None`` when too few calls mentioned it then to compare with.
    """

    subject: str
    current: CountedRate
    previous: CountedRate
    change: float | None


@dataclass(frozen=True)
class Trends:
    """Calls of both weeks; a trend that fewer than ``minimum`` calls of this week name is ``None``.

    ``most_calls`` has by kind (industry, integration, feature) how many calls of this week name its most frequent subject.
    """

    days: int
    industry: Trend | None
    integration: Trend | None
    feature: Trend | None
    current_calls: int
    previous_calls: int
    minimum: int
    most_calls: Mapping[str, int]


@dataclass(frozen=True)
class ChartDay:
    day: date
    calls: int
    qualified: int


@dataclass(frozen=True)
class DataQuality:
    """Documents of every day, as the published warehouse accounts for them."""

    received: int
    analysed: int
    rejected: int
    pending: int
    test_calls: int
    published_at: datetime | None


@dataclass(frozen=True)
class TargetsMet:
    latency_below: float
    latency_met: bool | None
    error_rate_below: float
    error_rate_met: bool | None
    hot_above: int
    opportunity_from: int


@dataclass(frozen=True)
class DailyFacts:
    day: date
    zone: str
    state: DayState
    activity: Activity
    before: Activity
    latency: Average
    cost: DayCost
    pipeline: Pipeline | None
    targets: TargetsMet
    opportunities: tuple[OpportunityFacts, ...]
    trends: Trends
    chart: tuple[ChartDay, ...]
    quality: DataQuality
    comparison_minimum: int
    engagement_minimum: int


@dataclass(frozen=True)
class WeekCosts:
    """US dollars of one week: models and speech (``api``), transport of sound, and its part of the monthly ``infrastructure``.

    ``None`` is what nobody knows; without a price for any call there is no total.
    """

    api: float | None
    transport: float | None
    infrastructure: float | None

    @property
    def of_infrastructure(self) -> float | None:
        known = [part for part in (self.transport, self.infrastructure) if part is not None]
        return sum(known) if known else None

    @property
    def total(self) -> float | None:
        if self.api is None and self.transport is None:
            return None
        return (self.api or 0.0) + (self.of_infrastructure or 0.0)


@dataclass(frozen=True)
class CallShare:
    """``subject`` as readers see it, and the calls it was said in, of how many."""

    subject: str
    calls: CountedRate


@dataclass(frozen=True)
class Requested:
    """A feature that calls ask for; ``is_listed`` when it is one of the product's (``data/features.yml``)."""

    calls: CallShare
    is_listed: bool


@dataclass(frozen=True)
class SearchGap:
    """A topic whose searches found nothing, and the article that ``data/articles.yml`` has for it."""

    topic: str
    article: str
    content_type: str
    searches: int
    calls: int


@dataclass(frozen=True)
class WeeklyFacts:
    """What the weekly review says. ``weeks`` end with its own; ``monday`` is its first day."""

    monday: date
    zone: str
    state: DayState
    now: Mapping[str, Measured]
    before: Mapping[str, Measured]
    weeks: tuple[ChartDay, ...]
    booking_rates: tuple[Measured, ...]
    pipeline: Pipeline | None
    costs: WeekCosts
    drivers: tuple[CallShare, ...]
    trends: Trends
    gaps: tuple[SearchGap, ...]
    requested: tuple[Requested, ...]
    competitors: tuple[CallShare, ...]
    switchers: tuple[CallShare, ...]
    quality: DataQuality
    thresholds: ReportThresholds
    goals: Goals
