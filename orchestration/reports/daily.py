"""The facts of one business day, read from the published warehouse (spec 7.5)."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta, tzinfo

import duckdb

from analyzers.lead_score.scoring import Scoring, Thresholds
from analyzers.targets import Targets as AnalyzerTargets
from contract.reference import Reference
from orchestration.reports.business_day import TimeSpan, day_span, days_until
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
from orchestration.reports.queries import row, rows
from orchestration.reports.thresholds import ReportThresholds
from orchestration.reports.trends import trends


def daily_facts(
    connection: duckdb.DuckDBPyConnection,
    day: date,
    zone: tzinfo,
    now: datetime,
    published_at: datetime | None = None,
    reference: Reference | None = None,
) -> DailyFacts:
    """Facts of the calls that started on ``day`` in ``zone``; ``now`` only tells whether that day is over."""
    reference = reference or Reference()
    thresholds, names = reference.table(ReportThresholds), DisplayNames(reference)
    scores = reference.table(Scoring).thresholds
    span = day_span(day, zone)
    activity, latency = _activity(connection, span, scores), _latency(connection, span)
    return DailyFacts(
        day=day,
        zone=str(zone),
        state=_state(span, now),
        activity=activity,
        before=_activity(connection, day_span(day - timedelta(days=1), zone), scores),
        latency=latency,
        cost=_cost(connection, span),
        targets=_targets(reference, thresholds, latency, activity.failed),
        opportunities=_opportunities(connection, span, scores.warm_from, thresholds.opportunities, names),
        trends=trends(connection, day, zone, thresholds, names),
        chart=_chart(connection, day, zone, thresholds.chart_days),
        quality=DataQuality(**row(connection, "documents"), published_at=published_at),
    )


def _state(span: TimeSpan, now: datetime) -> DayState:
    if now < span.start:
        return "not begun"
    return "over" if now >= span.end else "running"


def _activity(connection: duckdb.DuckDBPyConnection, span: TimeSpan, scores: Thresholds) -> Activity:
    found = row(connection, "activity", span.parameters() | {"hot_above": scores.hot_above})
    return Activity(
        calls=found["calls"],
        qualified=CountedRate(found["qualified"], found["calls"]),
        meetings=found["meetings"],
        booked=CountedRate(found["booked"], found["qualified"]),
        failed=CountedRate(found["failed"], found["calls"]),
        engagement=Average(found["engagement"], found["engagement_n"]),
        hot_leads=found["hot_leads"],
        scored=found["scored"],
    )


def _latency(connection: duckdb.DuckDBPyConnection, span: TimeSpan) -> Average:
    found = row(connection, "latency", span.parameters())
    return Average(found["average"], found["replies"])


def _cost(connection: duckdb.DuckDBPyConnection, span: TimeSpan) -> DayCost:
    found = row(connection, "cost", span.parameters())
    return DayCost(None if found["usd"] is None else float(found["usd"]), found["complete"])


def _targets(reference: Reference, thresholds: ReportThresholds, latency: Average, failed: CountedRate) -> TargetsMet:
    scores = reference.table(Scoring).thresholds
    band = reference.table(AnalyzerTargets).latency.average
    return TargetsMet(
        latency_text=band.target,
        latency_met=None if latency.value is None else band.good(latency.value),
        error_rate_below=thresholds.error_rate_below,
        error_rate_met=None if failed.share is None else failed.share < thresholds.error_rate_below,
        hot_above=scores.hot_above,
        opportunity_from=scores.warm_from,
    )


def _opportunities(
    connection: duckdb.DuckDBPyConnection, span: TimeSpan, opportunity_from: int, at_most: int, names: DisplayNames
) -> tuple[OpportunityFacts, ...]:
    limits = {"opportunity_from": opportunity_from, "opportunities": at_most}
    return tuple(
        OpportunityFacts(
            session_id=found["session_id"],
            company=found["company"],
            name=found["name"],
            score=found["lead_score"],
            signals=key_signals(json.loads(found["sales_intelligence"] or "{}"), names),
        )
        for found in rows(connection, "opportunities", span.parameters() | limits)
    )


def _chart(connection: duckdb.DuckDBPyConnection, day: date, zone: tzinfo, days: int) -> tuple[ChartDay, ...]:
    shown = [day - timedelta(days=back) for back in reversed(range(days))]
    bounds = [day_span(each, zone).parameters() for each in shown]
    whole = days_until(day, days, zone).parameters()
    found = rows(
        connection,
        "calls_by_day",
        whole | {"starts": [b["span_start"] for b in bounds], "ends": [b["span_end"] for b in bounds]},
    )
    return tuple(ChartDay(each, counts["calls"], counts["qualified"]) for each, counts in zip(shown, found, strict=True))
