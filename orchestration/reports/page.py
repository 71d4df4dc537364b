"""What the templates of the daily summary show: lines, opportunities, bars and links, all in words already."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote
from zoneinfo import ZoneInfo

from orchestration.reports.facts import ChartDay, DailyFacts, DataQuality, OpportunityFacts
from orchestration.reports.lines import ReportLine, TrendLine, activity_lines, impact_lines, performance_lines, trend_lines
from orchestration.reports.wording import counted, long_date, moment, plain, weekday

BAR_PIXELS = 72
SUBJECT = "Voice Agent Daily Summary - {date}"


@dataclass(frozen=True)
class ListedOpportunity:
    who: str
    contact: str | None
    score: int
    signals: str
    link: str


@dataclass(frozen=True)
class Bar:
    """Heights in pixels; ``qualified`` is the lower part of the bar."""

    weekday: str
    day: int
    calls: int
    qualified: int
    other_pixels: int
    qualified_pixels: int
    is_report_day: bool


@dataclass(frozen=True)
class Section:
    symbol: str
    title: str
    lines: tuple[ReportLine, ...]


@dataclass(frozen=True)
class DailyPage:
    subject: str
    date: str
    weekday: str
    headline: str
    caution: str | None
    sections: tuple[Section, ...]
    opportunities: tuple[ListedOpportunity, ...]
    no_opportunity: str
    trends: tuple[TrendLine, ...]
    bars: tuple[Bar, ...]
    chart_has_calls: bool
    dashboard: str
    quality: tuple[str, ...]


def daily_page(facts: DailyFacts, base_url: str) -> DailyPage:
    base = base_url.rstrip("/")
    return DailyPage(
        subject=SUBJECT.format(date=long_date(facts.day)),
        date=long_date(facts.day),
        weekday=weekday(facts.day),
        headline=_headline(facts),
        caution=_caution(facts),
        sections=(
            Section("📊", "Activity", activity_lines(facts)),
            Section("⚡", "Performance", performance_lines(facts)),
            Section("💰", "Business Impact", impact_lines(facts)),
        ),
        opportunities=tuple(_listed(opportunity, base) for opportunity in facts.opportunities),
        no_opportunity=f"No call with a lead score of {facts.targets.opportunity_from} or more",
        trends=trend_lines(facts.trends),
        bars=tuple(_bars(facts.chart)),
        chart_has_calls=any(day.calls for day in facts.chart),
        dashboard=f"{base}/",
        quality=tuple(_quality(facts.quality, facts.zone)),
    )


def _headline(facts: DailyFacts) -> str:
    now = facts.activity
    if not now.calls:
        return "No calls on this day."
    qualified = (
        f"{now.qualified.count:,} of them qualified" if now.calls > 1 else ("qualified" if now.qualified.count else "not qualified")
    )
    meetings = counted(now.meetings, "meeting") if now.meetings else "no meeting"
    return f"{counted(now.calls, 'call')}, {qualified}, {meetings} booked."


def _caution(facts: DailyFacts) -> str | None:
    return {
        "over": None,
        "running": "This day is not over yet: the figures are those of its calls so far.",
        "not begun": "This day has not begun yet.",
    }[facts.state]


def _listed(opportunity: OpportunityFacts, base: str) -> ListedOpportunity:
    company, name = (plain(text) if text else "" for text in (opportunity.company, opportunity.name))
    return ListedOpportunity(
        who=company or name or "Caller without a name",
        contact=name if company and name else None,
        score=opportunity.score,
        signals=", ".join(plain(signal) for signal in opportunity.signals) or "no key signals",
        link=f"{base}/calls/{quote(opportunity.session_id, safe='')}",
    )


def _bars(chart: tuple[ChartDay, ...]) -> Iterator[Bar]:
    tallest = max((day.calls for day in chart), default=0)
    for day in chart:
        qualified = _pixels(day.qualified, tallest)
        yield Bar(
            weekday=weekday(day.day)[0],
            day=day.day.day,
            calls=day.calls,
            qualified=day.qualified,
            other_pixels=_pixels(day.calls - day.qualified, tallest),
            qualified_pixels=qualified,
            is_report_day=day == chart[-1],
        )


def _pixels(calls: int, tallest: int) -> int:
    return max(2, round(BAR_PIXELS * calls / tallest)) if calls else 0


def _quality(quality: DataQuality, zone: str) -> Iterator[str]:
    yield (
        f"{counted(quality.received, 'call document')} received so far: {quality.analysed:,} analysed, "
        f"{quality.rejected:,} rejected, {quality.pending:,} pending."
    )
    if quality.test_calls:
        yield f"{counted(quality.test_calls, 'test call')} among them, counted nowhere above."
    if quality.published_at:
        yield f"Warehouse published {moment(quality.published_at, ZoneInfo(zone))}."
    yield f"The day is that of {zone}. “Not measured” is never counted as 0."
