"""The facts of one business week, read from the published warehouse (spec 7.5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

import duckdb

from analyzers.content_gaps.articles import Articles
from contract.document.tier import TIER_1_MONTHLY_VOLUME, TIER_1_TEAM_SIZE
from contract.reference import Reference
from contract.vocabulary import Vocabulary
from orchestration.reports.business_day import TimeSpan, week_span
from orchestration.reports.daily import state_of
from orchestration.reports.display_names import DisplayNames
from orchestration.reports.facts import CallShare, ChartDay, CountedRate, DataQuality, Requested, SearchGap, WeekCosts, WeeklyFacts
from orchestration.reports.measured_days import measured_weeks
from orchestration.reports.pipeline import pipeline_of_days
from orchestration.reports.queries import Row, row, rows
from orchestration.reports.thresholds import ReportThresholds
from orchestration.reports.trends import trends
from orchestration.rules.goals import Goals, Infrastructure
from orchestration.rules.measures import Measures

MEASURES = ("calls", "qualification_rate", "meetings", "booking_rate", "error_rate", "latency", "cost", "priced_calls")
_WEEKS_A_MONTH = 365.25 / 12 / 7
"""Weeks in a mean month, for costs that are known by month."""
_DRIVERS = {
    "salesforce": "had a Salesforce integration need",
    "hubspot": "had a HubSpot integration need",
    "team": f"had teams of {TIER_1_TEAM_SIZE}+ users",
    "volume": f"send {TIER_1_MONTHLY_VOLUME}+ documents a month",
    "frustrated": "mentioned competitor frustration",
    "soon": "decide within the month",
}


def weekly_facts(
    connection: duckdb.DuckDBPyConnection,
    monday: date,
    zone: tzinfo,
    now: datetime,
    published_at: datetime | None = None,
    reference: Reference | None = None,
) -> WeeklyFacts:
    """Facts of the calls that started in the seven days from ``monday``; ``now`` only tells whether that week is over.

    ``zone`` must be the business zone of the settings: sums and rates are read from rollups by day of that zone.
    """
    reference = reference or Reference()
    thresholds, names = reference.table(ReportThresholds), DisplayNames(reference)
    span, last = week_span(monday, zone), monday + timedelta(days=6)
    mondays = [monday - timedelta(weeks=back) for back in reversed(range(thresholds.chart_weeks))]
    weeks = measured_weeks(connection, [reference.table(Measures).named(name) for name in MEASURES], mondays)
    goals, calls = reference.table(Goals), weeks[monday]["calls"].count
    subjects = rows(connection, "subjects", _bounds(span, reference))
    week = thresholds.model_copy(update={"trend_days": 7})
    return WeeklyFacts(
        monday=monday,
        zone=str(zone),
        state=state_of(span, now),
        now=weeks[monday],
        before=weeks[mondays[-2]],
        weeks=tuple(ChartDay(each, weeks[each]["calls"].count, weeks[each]["qualification_rate"].count) for each in mondays),
        booking_rates=tuple(weeks[each]["booking_rate"] for each in mondays),
        pipeline=pipeline_of_days(connection, monday, last),
        costs=_costs(connection, monday, last, goals.infrastructure),
        drivers=_drivers(connection, span, reference, thresholds),
        trends=trends(connection, last, zone, week, names),
        gaps=_gaps(connection, span, reference.table(Articles), thresholds),
        requested=_requested(subjects, calls, names, thresholds),
        competitors=_competitors(subjects, calls, names),
        switchers=_switchers(subjects, names),
        quality=DataQuality(**row(connection, "documents"), published_at=published_at),
        thresholds=thresholds,
        goals=goals,
    )


def _bounds(span: TimeSpan, reference: Reference) -> dict[str, Any]:
    return span.parameters() | {"qualified_tier": reference.table(Vocabulary).qualified.qualification_tier}


def _costs(connection: duckdb.DuckDBPyConnection, first: date, last: date, infrastructure: Infrastructure) -> WeekCosts:
    found = row(connection, "costs", {"first_day": first, "last_day": last})
    known = {name: None if usd is None else float(usd) for name, usd in found.items()}
    monthly = infrastructure.monthly
    return WeekCosts(**known, infrastructure=None if monthly is None else monthly / _WEEKS_A_MONTH)


def _drivers(
    connection: duckdb.DuckDBPyConnection, span: TimeSpan, reference: Reference, thresholds: ReportThresholds
) -> tuple[CallShare, ...]:
    """Return what most qualified calls have in common; nothing when they are too few, or share nothing."""
    limits = {"team_from": TIER_1_TEAM_SIZE, "volume_from": TIER_1_MONTHLY_VOLUME}
    found = row(connection, "drivers", _bounds(span, reference) | limits)
    if found["qualified"] < thresholds.insight_minimum:
        return ()
    shares = [CallShare(words, CountedRate(found[name], found["qualified"])) for name, words in _DRIVERS.items()]
    enough = [share for share in _most_frequent(shares) if share.calls.count >= thresholds.trend_minimum]
    return tuple(enough[: thresholds.insights])


def _gaps(
    connection: duckdb.DuckDBPyConnection, span: TimeSpan, articles: Articles, thresholds: ReportThresholds
) -> tuple[SearchGap, ...]:
    """Return the topics of the help centre with most failed searches; one alone is chance."""
    found = rows(connection, "failed_searches", span.parameters())
    known = [(gap, article) for gap in found if (article := articles.article_for(gap["topic"]))]
    gaps = [SearchGap(gap["topic"], article.article, article.content_type, gap["searches"], gap["calls"]) for gap, article in known]
    return tuple(gap for gap in gaps if gap.searches >= thresholds.trend_minimum)[: thresholds.insights]


def _requested(subjects: Sequence[Row], calls: int, names: DisplayNames, thresholds: ReportThresholds) -> tuple[Requested, ...]:
    wanted = [each for each in subjects if each["kind"] == "feature_request" and each["calls"] >= thresholds.trend_minimum]
    return tuple(
        Requested(CallShare(names.feature(each["subject"]), CountedRate(each["calls"], calls)), names.is_listed(each["subject"]))
        for each in wanted
    )


def _competitors(subjects: Sequence[Row], calls: int, names: DisplayNames) -> tuple[CallShare, ...]:
    named = [each for each in subjects if each["kind"] == "competitor"]
    return tuple(CallShare(names.competitor(each["subject"]), CountedRate(each["calls"], calls)) for each in named)


def _switchers(subjects: Sequence[Row], names: DisplayNames) -> tuple[CallShare, ...]:
    """Return, by competitor, how many of the calls that complain about it as their present tool are qualified."""
    found = [each for each in subjects if each["switchers"]]
    shares = [CallShare(names.competitor(s["subject"]), CountedRate(s["qualified_switchers"], s["switchers"])) for s in found]
    return tuple(sorted(shares, key=lambda share: -share.calls.n))


def _most_frequent(shares: Iterable[CallShare]) -> list[CallShare]:
    return sorted(shares, key=lambda share: -share.calls.count)
