"""The weekly review as a message: figures, chart, insights, risks, recommendations and links, all in words already (spec 7.5)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from orchestration.messages.message import Bar, Block, Chart, Facts, Footer, Header, Lines, Link, Message
from orchestration.reports.facts import WeeklyFacts
from orchestration.reports.footing import quality_sentences
from orchestration.reports.notices import NO_NOTICES, Notices
from orchestration.reports.weekly_lines import (
    driver_lines,
    growth_lines,
    opportunity_lines,
    recommendation_lines,
    risk_lines,
    roi_figures,
    summary_figures,
)
from orchestration.reports.wording import counted, long_date, short_date

SUBJECT = "Voice Agent Weekly Review - Week of {date}"


def weekly_message(facts: WeeklyFacts, base_url: str, notices: Notices = NO_NOTICES) -> Message:
    """The same facts and notices give the same message; without ``base_url`` it has no link."""
    return Message(SUBJECT.format(date=long_date(facts.monday)), tuple(_blocks(facts, base_url.rstrip("/"), notices)))


def _blocks(facts: WeeklyFacts, base: str, notices: Notices) -> Iterator[Block]:
    caution = _caution(facts, notices.cautions)
    title, days = ("Week of", long_date(facts.monday)), f"Business days of {facts.zone}, Monday to Sunday"
    yield Header("PANDADOC VOICE AGENT WEEKLY REVIEW", title, _headline(facts), caution, days)
    if notices.corrections:
        yield Lines("", "Corrections", notices.corrections)
    yield Facts("📊", "Weekly Summary", summary_figures(facts))
    if any(week.calls for week in facts.weeks):
        bars = tuple(Bar(short_date(week.day), week.calls, week.qualified) for week in facts.weeks)
        yield Chart(f"Calls per week, last {len(bars)} weeks, by their Monday", "qualified", "other", bars)
    yield Facts("💰", "ROI Metrics", roi_figures(facts))
    yield Lines("🎯", "Qualification Insights", driver_lines(facts), subtitle="Top Qualification Drivers")
    yield Lines("📈", "Growth Trends", growth_lines(facts))
    yield Lines("⚠️", "Risks & Opportunities", risk_lines(facts), subtitle="Risks")
    yield Lines("", "", opportunity_lines(facts), subtitle="Opportunities")
    yield Lines("💡", "Recommendations", recommendation_lines(facts), numbered=True)
    if base:
        yield Link("View Full Dashboard", f"{base}/")
        yield Link("View Detailed Report", f"{base}/reports/weekly/{facts.monday.isoformat()}")
    yield Footer((*quality_sentences(facts.quality, facts.zone), *notices.footing), notices.unsubscribe)


def _headline(facts: WeeklyFacts) -> str:
    calls, qualified, meetings = (facts.now[name].count for name in ("calls", "qualification_rate", "meetings"))
    if not calls:
        return "No calls in this week."
    booked = counted(meetings, "meeting") if meetings else "no meeting"
    return f"{counted(calls, 'call')}, {qualified:,} qualified, {booked} booked."


def _caution(facts: WeeklyFacts, cautions: Sequence[str]) -> str | None:
    state = {
        "over": None,
        "running": "This week is not over yet: the figures are those of its calls so far.",
        "not begun": "This week has not begun yet.",
    }[facts.state]
    return " ".join(filter(None, [state, *cautions])) or None
