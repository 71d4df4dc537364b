"""Every line of the daily summary in words, shared by the HTML and the plain-text part (spec 7.5)."""

from __future__ import annotations

from collections.abc import Iterator

from orchestration.messages.message import Figure, Line, Note
from orchestration.reports.facts import Activity, CountedRate, DailyFacts, DayCost, Pipeline, Trend, Trends
from orchestration.reports.wording import arrow, counted, dollars, percent, plain, relative_change, rounded, short_dollars
from orchestration.rules.measures import Measured

NOT_MEASURED = "Not measured"


def activity_lines(facts: DailyFacts) -> tuple[Figure, ...]:
    now = facts.activity
    return (
        Figure("Total Calls", f"{now.calls:,}", (Note(_versus(now.calls, facts.before.calls, facts.comparison_minimum)),)),
        Figure("Qualified Leads", f"{now.qualified.count:,}", _rate_notes(now.qualified, "qualification rate", "call")),
        Figure("Meetings Booked", f"{now.meetings:,}", _booking_notes(now)),
    )


def performance_lines(facts: DailyFacts) -> tuple[Figure, ...]:
    return _latency(facts), _engagement(facts), _errors(facts)


def impact_lines(facts: DailyFacts) -> tuple[Figure, ...]:
    return (
        pipeline_figure(facts.pipeline),
        _hot_leads(facts),
        _cost(facts.cost, facts.activity.qualified),
    )


def trend_lines(trends: Trends) -> tuple[Line, ...]:
    """Name what the calls of the week support, and say with its numbers why another trend is not named."""
    found: list[Line] = []
    if trends.industry:
        found.append(_growth(f"{plain(trends.industry.subject)} industry calls", trends.industry))
    if trends.integration:
        found.append(_growth(f"{plain(trends.integration.subject)} integration requests", trends.integration))
    if trends.feature:
        now = trends.feature.current
        name = plain(trends.feature.subject)
        text = f"“{name[:1].upper()}{name[1:]}” most requested feature"
        found.append(Line(text, f"{now.count:,} of {counted(now.n, 'call')} this week"))
    return *found, *_unnamed(trends)


def _unnamed(trends: Trends) -> Iterator[Line]:
    if not trends.current_calls:
        yield Line("No calls this week, so no trend")
        return
    named = {"industry": trends.industry, "integration": trends.integration, "feature": trends.feature}
    for kind in (kind for kind, trend in named.items() if trend is None):
        needed, calls = counted(trends.minimum, "call"), counted(trends.current_calls, "call")
        most = trends.most_calls[kind]
        reached = f"the most frequent one has {most:,} of {calls}" if most else f"none of {calls} did"
        yield Line(f"No {kind} trend this week", f"{needed} must name the same {kind}; {reached}")


def _versus(calls: int, before: int, minimum: int) -> str:
    """A percentage only where both days have enough calls for one."""
    change = relative_change(calls, before)
    if change is None:
        return "no calls the day before"
    if min(calls, before) < minimum:
        return f"{before:,} the day before"
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


def target_note(measured: Measured) -> Note:
    """Return the target 'below' of a measure that has one, and whether it is met."""
    target, is_share = measured.measure.target, measured.measure.unit == "percent"
    below = target.below if target and target.below is not None else 0.0
    return _target(f"<{percent(below) if is_share else f'{below:g} ms'}", measured.is_target_met)


def _latency(facts: DailyFacts) -> Figure:
    target = _target(f"<{facts.targets.latency_below:g} ms", facts.targets.latency_met)
    if facts.latency.value is None:
        return Figure("Avg Latency", NOT_MEASURED, (target,), measured=False)
    return Figure(
        "Avg Latency", rounded(facts.latency.value), (target, Note(counted(facts.latency.n, "reply", "replies"))), unit=" ms"
    )


def _engagement(facts: DailyFacts) -> Figure:
    now, label = facts.activity.engagement, "Engagement Score"
    if now.value is None:
        return Figure(label, NOT_MEASURED, (), measured=False)
    return Figure(label, rounded(now.value, 1), (Note(_step(facts)), Note(counted(now.n, "call"))), unit="/10")


def _step(facts: DailyFacts) -> str:
    now, before = facts.activity.engagement, facts.before.engagement
    if now.value is None or before.value is None:
        return "not measured the day before"
    if min(now.n, before.n) < facts.engagement_minimum:
        return "too few calls to compare days"
    change = round(now.value - before.value, 1)
    return f"{arrow(change)} {rounded(abs(change), 1)} vs day before" if change else "→ same as day before"


def _errors(facts: DailyFacts) -> Figure:
    failed = facts.activity.failed
    target = _target(f"<{percent(facts.targets.error_rate_below)}", facts.targets.error_rate_met)
    if failed.share is None:
        return Figure("Error Rate", NOT_MEASURED, (target,), measured=False)
    return Figure("Error Rate", percent(failed.share, 1), (target, Note(f"{failed.count:,} of {counted(failed.n, 'call')}")))


def pipeline_figure(pipeline: Pipeline | None) -> Figure:
    """The sum with what it is a sum of: opportunities without an amount are counted apart, never as 0."""
    label = "Pipeline Influenced"
    if pipeline is None:
        return Figure(label, "Not connected", (Note("no opportunity was read from Salesforce so far"),), measured=False)
    if not pipeline.opportunities:
        return Figure(label, "$0", (Note("no opportunity"),))
    notes = [Note(counted(pipeline.opportunities, "opportunity", "opportunities"))]
    if pipeline.without_amount:
        notes.append(Note(f"{pipeline.without_amount:,} without an amount"))
    if pipeline.amount is None:
        return Figure(label, "No amount", tuple(notes), measured=False)
    return Figure(label, short_dollars(pipeline.amount), tuple(notes))


def _hot_leads(facts: DailyFacts) -> Figure:
    scores = Note(f"scores >{facts.targets.hot_above}")
    if not facts.activity.scored:
        return Figure("Hot Leads", NOT_MEASURED, (scores,), measured=False)
    return Figure(
        "Hot Leads", f"{facts.activity.hot_leads:,}", (scores, Note(f"of {counted(facts.activity.scored, 'scored call')}"))
    )


def _cost(cost: DayCost, qualified: CountedRate) -> Figure:
    label = "Cost per Qualified Lead"
    if cost.usd is None:
        return Figure(label, NOT_MEASURED, (), measured=False)
    notes = Note(f"{dollars(cost.usd)} in total"), Note(f"{cost.complete:,} of {counted(qualified.n, 'call')} fully priced")
    if not qualified.count:
        return Figure(label, "No qualified lead", notes, measured=False)
    return Figure(label, dollars(cost.usd / qualified.count), notes)


def _growth(subject: str, trend: Trend) -> Line:
    """A percentage only where the week before has enough to compare with."""
    basis = f"{trend.current.count:,} of {counted(trend.current.n, 'call')}"
    if not trend.previous.n:
        return Line(f"{subject} this week", f"{basis}, no calls the week before")
    basis = f"{basis}, {trend.previous.count:,} of {trend.previous.n:,} the week before"
    if trend.change is None:
        return Line(f"{subject} this week", basis)
    sign = "+" if trend.change > 0 else "−"
    return Line(f"{subject} {f'{sign}{percent(abs(trend.change))}' if trend.change else 'unchanged'} this week", basis)
