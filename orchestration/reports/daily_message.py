"""The daily summary as a message: figures, chart, opportunities, trends and links, all in words already (spec 7.5)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from contract.platform.call_page import call_page
from orchestration.messages.message import Bar, Block, Chart, Facts, Footer, Header, Lines, Link, Message, Row, Table
from orchestration.reports.facts import ChartDay, DailyFacts, OpportunityFacts
from orchestration.reports.footing import quality_sentences
from orchestration.reports.lines import activity_lines, impact_lines, performance_lines, trend_lines
from orchestration.reports.notices import NO_NOTICES, Notices
from orchestration.reports.wording import counted, long_date, plain, weekday

SUBJECT = "Voice Agent Daily Summary - {date}"


def daily_message(facts: DailyFacts, base_url: str, notices: Notices = NO_NOTICES) -> Message:
    """The same facts and notices give the same message; without ``base_url`` it has no link."""
    return Message(SUBJECT.format(date=long_date(facts.day)), tuple(_blocks(facts, base_url, notices)))


def _blocks(facts: DailyFacts, base: str, notices: Notices) -> Iterator[Block]:
    title = (f"{weekday(facts.day)},", long_date(facts.day))
    yield Header(
        "PANDADOC VOICE AGENT DAILY SUMMARY",
        title,
        _headline(facts),
        _caution(facts, notices.cautions),
        f"Business day of {facts.zone}",
    )
    if notices.corrections:
        yield Lines("", "Corrections", notices.corrections)
    yield Facts("📊", "Activity", activity_lines(facts))
    if any(day.calls for day in facts.chart):
        bars = tuple(map(_bar, facts.chart))
        yield Chart(f"Calls per day, last {len(bars)} days", "qualified", "other", bars)
    yield Facts("⚡", "Performance", performance_lines(facts))
    yield Facts("💰", "Business Impact", impact_lines(facts))
    rows = tuple(_row(opportunity, base) for opportunity in facts.opportunities)
    none = f"No call with a lead score of {facts.targets.opportunity_from} or more"
    yield Table("🔥", "Top Opportunities", "Score", rows, none)
    yield Lines("📈", "Trends", trend_lines(facts.trends))
    if base:
        yield Link("View Full Dashboard", f"{base.rstrip('/')}/")
    yield Footer((*quality_sentences(facts.quality, facts.zone), *notices.footing), notices.unsubscribe)


def _headline(facts: DailyFacts) -> str:
    now = facts.activity
    if not now.calls:
        return "No calls on this day."
    qualified = (
        f"{now.qualified.count:,} of them qualified" if now.calls > 1 else ("qualified" if now.qualified.count else "not qualified")
    )
    meetings = counted(now.meetings, "meeting") if now.meetings else "no meeting"
    return f"{counted(now.calls, 'call')}, {qualified}, {meetings} booked."


def _caution(facts: DailyFacts, cautions: Sequence[str]) -> str | None:
    state = {
        "over": None,
        "running": "This day is not over yet: the figures are those of its calls so far.",
        "not begun": "This day has not begun yet.",
    }[facts.state]
    return " ".join(filter(None, [state, *cautions])) or None


def _row(opportunity: OpportunityFacts, base: str) -> Row:
    company, name = (plain(text) if text else "" for text in (opportunity.company, opportunity.name))
    signals = ", ".join(plain(signal) for signal in opportunity.signals) or "no key signals"
    return Row(
        number=str(opportunity.score),
        name=company or name or "Caller without a name",
        link=call_page(base, opportunity.session_id),
        details=(name, signals) if company and name else (signals,),
    )


def _bar(day: ChartDay) -> Bar:
    return Bar((weekday(day.day)[0], str(day.day.day)), day.calls, day.qualified)
