"""Every line of the daily summary in words, shared by the HTML and the plain-text part (spec 7.5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from orchestration.reports.facts import Activity, Average, CountedRate, DailyFacts, DayCost, Trend, Trends
from orchestration.reports.wording import arrow, counted, dollars, percent, plain, relative_change, rounded

Tone = Literal["quiet", "good", "bad"]
NOT_MEASURED = "Not measured"


@dataclass(frozen=True)
class Note:
    """A remark under a figure; ``good`` and ``bad`` tell whether a target is met."""

    text: str
    tone: Tone = "quiet"


@dataclass(frozen=True)
class ReportLine:
    """``measured`` is false when ``figure`` is words instead of a number."""

    label: str
    figure: str
    notes: tuple[Note, ...]
    unit: str = ""
    measured: bool = True


@dataclass(frozen=True)
class TrendLine:
    """What changed, and the counts behind it."""

    text: str
    basis: str


def activity_lines(facts: DailyFacts) -> tuple[ReportLine, ...]:
    now = facts.activity
    return (
        ReportLine("Total Calls", f"{now.calls:,}", (Note(_versus(now.calls, facts.before.calls)),)),
        ReportLine("Qualified Leads", f"{now.qualified.count:,}", _rate_notes(now.qualified, "qualification rate", "call")),
        ReportLine("Meetings Booked", f"{now.meetings:,}", _booking_notes(now)),
    )


def performance_lines(facts: DailyFacts) -> tuple[ReportLine, ...]:
    return (_latency(facts), _engagement(facts.activity.engagement, facts.before.engagement), _errors(facts))


def impact_lines(facts: DailyFacts) -> tuple[ReportLine, ...]:
    return (
        ReportLine(
            "Pipeline Influenced", "Not connected", (Note("opportunities are not read from Salesforce yet"),), measured=False
        ),
        _hot_leads(facts),
        _cost(facts.cost, facts.activity.qualified),
    )


def trend_lines(trends: Trends) -> tuple[TrendLine, ...]:
    """Only what the calls of the week support."""
    found: list[TrendLine] = []
    if trends.industry:
        found.append(_growth(f"{plain(trends.industry.subject)} industry calls", trends.industry))
    if trends.integration:
        found.append(_growth(f"{plain(trends.integration.subject)} integration requests", trends.integration))
    if trends.feature:
        now = trends.feature.current
        name = plain(trends.feature.subject)
        text = f"“{name[:1].upper()}{name[1:]}” most requested feature"
        found.append(TrendLine(text, f"{now.count:,} of {counted(now.n, 'call')} this week"))
    return tuple(found) or (TrendLine("Too few calls this week to name a trend", counted(trends.current_calls, "call")),)


def _versus(calls: int, before: int) -> str:
    change = relative_change(calls, before)
    if change is None:
        return "no calls the day before"
    return f"{arrow(change)} {percent(abs(change))} vs {before:,} the day before" if change else "→ as many as the day before"


def _rate_notes(rate: CountedRate, name: str, one: str) -> tuple[Note, ...]:
    if rate.share is None:
        return (Note(f"no {one}s"),)
    return Note(f"{percent(rate.share)} {name}"), Note(f"of {counted(rate.n, one)}")


def _booking_notes(activity: Activity) -> tuple[Note, ...]:
    share = activity.booked.share
    if share is None:
        return (Note("no qualified calls"),)
    return Note(f"{percent(share)} booking rate"), Note(f"{activity.booked.count:,} of {activity.booked.n:,} qualified")


def _target(text: str, met: bool | None) -> Note:
    return Note(f"target: {text}", "quiet" if met is None else "good" if met else "bad")


def _latency(facts: DailyFacts) -> ReportLine:
    target = _target(f"<{facts.targets.latency_below:g} ms", facts.targets.latency_met)
    if facts.latency.value is None:
        return ReportLine("Avg Latency", NOT_MEASURED, (target,), measured=False)
    return ReportLine(
        "Avg Latency", rounded(facts.latency.value), (target, Note(counted(facts.latency.n, "reply", "replies"))), unit=" ms"
    )


def _engagement(now: Average, before: Average) -> ReportLine:
    if now.value is None:
        return ReportLine("Engagement Score", NOT_MEASURED, (), measured=False)
    counted_calls = Note(counted(now.n, "call"))
    return ReportLine("Engagement Score", rounded(now.value, 1), (Note(_step(now.value, before.value)), counted_calls), unit="/10")


def _step(now: float, before: float | None) -> str:
    if before is None:
        return "not measured the day before"
    change = round(now - before, 1)
    return f"{arrow(change)} {rounded(abs(change), 1)} vs day before" if change else "→ same as day before"


def _errors(facts: DailyFacts) -> ReportLine:
    failed = facts.activity.failed
    target = _target(f"<{percent(facts.targets.error_rate_below)}", facts.targets.error_rate_met)
    if failed.share is None:
        return ReportLine("Error Rate", NOT_MEASURED, (target,), measured=False)
    return ReportLine("Error Rate", percent(failed.share, 1), (target, Note(f"{failed.count:,} of {counted(failed.n, 'call')}")))


def _hot_leads(facts: DailyFacts) -> ReportLine:
    scores = Note(f"scores >{facts.targets.hot_above}")
    if not facts.activity.scored:
        return ReportLine("Hot Leads", NOT_MEASURED, (scores,), measured=False)
    return ReportLine(
        "Hot Leads", f"{facts.activity.hot_leads:,}", (scores, Note(f"of {counted(facts.activity.scored, 'scored call')}"))
    )


def _cost(cost: DayCost, qualified: CountedRate) -> ReportLine:
    label = "Cost per Qualified Lead"
    if cost.usd is None:
        return ReportLine(label, NOT_MEASURED, (), measured=False)
    notes = Note(f"{dollars(cost.usd)} in total"), Note(f"{cost.complete:,} of {counted(qualified.n, 'call')} fully priced")
    if not qualified.count:
        return ReportLine(label, "No qualified lead", notes, measured=False)
    return ReportLine(label, dollars(cost.usd / qualified.count), notes)


def _growth(subject: str, trend: Trend) -> TrendLine:
    """A percentage only where the week before has enough to compare with."""
    basis = f"{trend.current.count:,} of {counted(trend.current.n, 'call')}"
    if not trend.previous.n:
        return TrendLine(f"{subject} this week", f"{basis}, no calls the week before")
    basis = f"{basis}, {trend.previous.count:,} of {trend.previous.n:,} the week before"
    if trend.change is None:
        return TrendLine(f"{subject} this week", basis)
    sign = "+" if trend.change > 0 else "−"
    return TrendLine(f"{subject} {f'{sign}{percent(abs(trend.change))}' if trend.change else 'unchanged'} this week", basis)
