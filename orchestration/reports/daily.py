"""The facts of one business day, read from the published warehouse (spec 7.5)."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta, tzinfo

import duckdb

from analyzers.claims import ClaimsByEngine
from analyzers.lead_score.scoring import Scoring, Thresholds
from contract.platform.failures import ConfigurationFailure
from contract.reference import Reference
from orchestration.reports.business_day import TimeSpan, day_span
from orchestration.reports.display_names import DisplayNames
from orchestration.reports.facts import (
    Activity,
    Average,
    ChartDay,
    CountedRate,
    DailyFacts,
    DataQuality,
    DayCost,
    DayState,
    OpportunityFacts,
    TargetsMet,
)
from orchestration.reports.key_signals import key_signals
from orchestration.reports.measured_days import MeasuredSpan, measured_days
from orchestration.reports.pipeline import pipeline_of_days
from orchestration.reports.queries import row, rows
from orchestration.reports.thresholds import ReportThresholds
from orchestration.reports.trends import trends
from orchestration.rules.measures import Measured, Measures

MEASURES = (
    "calls",
    "qualification_rate",
    "meetings",
    "booking_rate",
    "error_rate",
    "engagement",
    "scored_calls",
    "latency",
    "cost",
    "priced_calls",
)


def daily_facts(
    connection: duckdb.DuckDBPyConnection,
    day: date,
    zone: tzinfo,
    now: datetime,
    published_at: datetime | None = None,
    reference: Reference | None = None,
) -> DailyFacts:
    """Facts of the calls that started on ``day`` in ``zone``; ``now`` only tells whether that day is over.

    ``zone`` must be the business zone of the settings: sums and rates are read from rollups by day of that zone.
    """
    reference = reference or Reference()
    thresholds, names = reference.table(ReportThresholds), DisplayNames(reference)
    scores, claims = reference.table(Scoring).thresholds, reference.table(ClaimsByEngine)
    span, before = day_span(day, zone), day - timedelta(days=1)
    chart = [day - timedelta(days=back) for back in reversed(range(thresholds.chart_days))]
    measures = [reference.table(Measures).named(name) for name in MEASURES]
    days = measured_days(connection, measures, sorted({before, *chart}))
    return DailyFacts(
        day=day,
        zone=str(zone),
        state=state_of(span, now),
        activity=_activity(days[day], _hot_leads(connection, span, scores)),
        before=_activity(days[before], _hot_leads(connection, day_span(before, zone), scores)),
        latency=_average(days[day]["latency"]),
        cost=_cost(days[day]),
        pipeline=pipeline_of_days(connection, day, day),
        targets=_targets(days[day], scores),
        opportunities=_opportunities(connection, span, scores.warm_from, thresholds.opportunities, names, claims),
        trends=trends(connection, day, zone, thresholds, names),
        chart=tuple(ChartDay(each, days[each]["calls"].count, days[each]["qualification_rate"].count) for each in chart),
        quality=DataQuality(**row(connection, "documents"), published_at=published_at),
        comparison_minimum=thresholds.comparison_minimum,
        engagement_minimum=reference.table(Measures).named("engagement").minimum_n,
    )


def state_of(span: TimeSpan, now: datetime) -> DayState:
    """Return whether a span is over at a moment."""
    if now < span.start:
        return "not begun"
    return "over" if now >= span.end else "running"


def _activity(day: MeasuredSpan, hot_leads: int) -> Activity:
    return Activity(
        calls=day["calls"].count,
        qualified=_rate(day["qualification_rate"]),
        meetings=day["meetings"].count,
        booked=_rate(day["booking_rate"]),
        failed=_rate(day["error_rate"]),
        engagement=_average(day["engagement"]),
        hot_leads=hot_leads,
        scored=day["scored_calls"].count,
    )


def _rate(measured: Measured) -> CountedRate:
    return CountedRate(measured.count, measured.n)


def _average(measured: Measured) -> Average:
    return Average(measured.value, measured.n)


def _cost(day: MeasuredSpan) -> DayCost:
    return DayCost(day["cost"].value, day["priced_calls"].count)


def _hot_leads(connection: duckdb.DuckDBPyConnection, span: TimeSpan, scores: Thresholds) -> int:
    return row(connection, "hot_leads", span.parameters() | {"hot_above": scores.hot_above})["hot_leads"]


def _targets(day: MeasuredSpan, scores: Thresholds) -> TargetsMet:
    latency, failed = day["latency"], day["error_rate"]
    return TargetsMet(
        latency_below=_below(latency),
        latency_met=latency.is_target_met,
        error_rate_below=_below(failed),
        error_rate_met=failed.is_target_met,
        hot_above=scores.hot_above,
        opportunity_from=scores.warm_from,
    )


def _below(measured: Measured) -> float:
    """The report words these two targets as 'below', so another kind is a mistake in the file."""
    target = measured.measure.target
    if target is None or target.below is None:
        raise ConfigurationFailure(
            f"The measure {measured.measure.name} has no target 'below', which the daily report shows.",
            "Give it one in data/measures.yml.",
        )
    return target.below


def _opportunities(
    connection: duckdb.DuckDBPyConnection,
    span: TimeSpan,
    opportunity_from: int,
    at_most: int,
    names: DisplayNames,
    claims: ClaimsByEngine,
) -> tuple[OpportunityFacts, ...]:
    limits = {"opportunity_from": opportunity_from, "opportunities": at_most}
    return tuple(
        OpportunityFacts(
            session_id=found["session_id"],
            company=found["company"],
            name=found["name"],
            score=found["lead_score"],
            signals=key_signals(claims.of(found["engine"]).sales(json.loads(found["sales_intelligence"] or "{}")), names),
        )
        for found in rows(connection, "opportunities", span.parameters() | limits)
    )
