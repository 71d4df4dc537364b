"""Every line of the weekly review in words, shared by the HTML and the plain-text part (spec 7.5).

A sentence is said only where enough calls support it; what is missing is said to be so, with the number it would take.
"""

from __future__ import annotations

from collections.abc import Iterator

from orchestration.messages.message import Figure, Line, Note
from orchestration.reports.facts import CountedRate, SearchGap, Trend, WeeklyFacts
from orchestration.reports.lines import NOT_MEASURED, pipeline_figure, target_note
from orchestration.reports.wording import arrow, counted, dollars, percent, plain, points, relative_change, rounded, short_dollars
from orchestration.rules.measures import Measured

SURGE = 0.2
"""Share by which the calls of an industry must have grown for a campaign to be worth a thought: a fifth."""


def summary_figures(facts: WeeklyFacts) -> tuple[Figure, ...]:
    calls, before = facts.now["calls"].count, facts.before["calls"].count
    rate = facts.now["qualification_rate"]
    return (
        Figure("Total Calls", f"{calls:,}", _calls_notes(calls, before, facts.thresholds.comparison_minimum)),
        Figure("Qualified Leads", f"{rate.count:,}", _rate_notes(rate, facts.before["qualification_rate"], "rate", "call", facts)),
        Figure("Meetings Booked", f"{facts.now['meetings'].count:,}", _booking_notes(facts)),
        pipeline_figure(facts.pipeline),
    )


def roi_figures(facts: WeeklyFacts) -> tuple[Figure, ...]:
    return _total_cost(facts), _revenue_per_call(facts), _roi(facts)


def driver_lines(facts: WeeklyFacts) -> tuple[Line, ...]:
    qualified = facts.now["qualification_rate"].count
    if facts.drivers:
        return tuple(
            Line(f"{percent(_share(d.calls))} {d.subject}", f"{d.calls.count:,} of {counted(d.calls.n, 'qualified call')}")
            for d in facts.drivers
        )
    needed = facts.thresholds.insight_minimum
    if qualified < needed:
        return (Line("Too few qualified calls to name drivers", f"{qualified:,} this week, {needed:,} are needed"),)
    return (Line("The qualified calls share no driver", f"{counted(qualified, 'qualified call')} this week"),)


def growth_lines(facts: WeeklyFacts) -> tuple[Line, ...]:
    return _volume(facts), _qualification(facts), _booking(facts)


def risk_lines(facts: WeeklyFacts) -> tuple[Line, ...]:
    found = [*_gap_risks(facts), *_feature_risks(facts), *_missed_targets(facts)]
    return tuple(found[: facts.thresholds.insights]) or (Line("None that the calls of this week support"),)


def opportunity_lines(facts: WeeklyFacts) -> tuple[Line, ...]:
    found = [*_surges(facts), *_switchers(facts)]
    return tuple(found[: facts.thresholds.insights]) or (Line("None that the calls of this week support"),)


def recommendation_lines(facts: WeeklyFacts) -> tuple[Line, ...]:
    """Return what to do, each with its evidence; one of each kind before a second of any."""
    found = [*_articles(facts.gaps[:1], facts), *_campaigns(facts), *_comparisons(facts), *_articles(facts.gaps[1:], facts)]
    none = Line("None this week", "no content gap, growing industry or competitor is frequent enough to rest one on")
    return tuple(found[: facts.thresholds.insights]) or (none,)


def _calls_notes(calls: int, before: int, minimum: int) -> tuple[Note, ...]:
    was = f"{before:,} the week before" if before else "no calls the week before"
    change = relative_change(calls, before)
    if change is None or min(calls, before) < minimum:
        return (Note(was),)
    return Note(f"{arrow(change)} {percent(abs(change))} WoW" if change else "→ flat"), Note(was)


def _rate_notes(now: Measured, before: Measured, name: str, one: str, facts: WeeklyFacts) -> tuple[Note, ...]:
    if now.value is None:
        return (Note(f"no {one}s"),)
    return Note(f"{percent(now.value)} {name}"), Note(f"of {counted(now.n, one)}"), Note(_step(now, before, facts))


def _booking_notes(facts: WeeklyFacts) -> tuple[Note, ...]:
    now = facts.now["booking_rate"]
    if now.value is None:
        return (Note("no qualified calls"),)
    basis = Note(f"{now.count:,} of {now.n:,} qualified")
    return Note(f"{percent(now.value)} booking rate"), basis, Note(_step(now, facts.before["booking_rate"], facts))


def _step(now: Measured, before: Measured, facts: WeeklyFacts) -> str:
    change = _change(now, before)
    if change is None:
        return "too few calls to compare weeks"
    return "→ flat" if _is_flat(change, facts) else f"{arrow(change)} {points(change)} WoW"


def _change(now: Measured, before: Measured) -> float | None:
    """Difference of two rates of which both have enough calls behind them."""
    if now.value is None or before.value is None or not (now.is_enough and before.is_enough):
        return None
    return now.value - before.value


def _is_flat(change: float, facts: WeeklyFacts) -> bool:
    return abs(change) * 100 < facts.thresholds.flat_points


def _total_cost(facts: WeeklyFacts) -> Figure:
    costs, label = facts.costs, "Total Cost"
    if costs.total is None:
        return Figure(label, NOT_MEASURED, (Note("no call of this week has a price"),), measured=False)
    api = "API unknown" if costs.api is None else f"API {dollars(costs.api)}"
    rest = costs.of_infrastructure
    transport = "infrastructure unknown" if rest is None else f"infrastructure {dollars(rest)}"
    servers = () if costs.infrastructure is not None else (Note("servers not included: their cost is not known"),)
    budget = facts.goals.budgets.monthly * 12 / 365.25 * 7
    within = Note(f"budget: {dollars(budget)} a week", "good" if costs.total <= budget else "bad")
    return Figure(label, dollars(costs.total), (Note(f"{api} + {transport}"), *servers, _priced(facts), within))


def _priced(facts: WeeklyFacts) -> Note:
    return Note(f"{facts.now['priced_calls'].count:,} of {counted(facts.now['calls'].count, 'call')} fully priced")


def _revenue_per_call(facts: WeeklyFacts) -> Figure:
    label, calls, amount = "Revenue per Call", facts.now["calls"].count, facts.pipeline.amount if facts.pipeline else None
    if not calls:
        return Figure(label, "No calls", measured=False)
    if amount is None:
        return Figure(label, *_no_amount(facts), measured=False)
    basis = Note(f"{short_dollars(amount)} / {counted(calls, 'call')}")
    return Figure(label, dollars(amount / calls), (Note("pipeline / calls"), basis))


def _roi(facts: WeeklyFacts) -> Figure:
    amount, cost = facts.pipeline.amount if facts.pipeline else None, facts.costs.total
    if amount is None:
        return Figure("ROI", *_no_amount(facts), measured=False)
    if not cost:
        return Figure("ROI", NOT_MEASURED, (Note("no call of this week has a price"),), measured=False)
    basis = Note(f"{short_dollars(amount)} / {dollars(cost)}")
    return Figure("ROI", f"{rounded(amount / cost)}x", (Note("pipeline / cost"), basis, _priced(facts)))


def _no_amount(facts: WeeklyFacts) -> tuple[str, tuple[Note, ...]]:
    figure = pipeline_figure(facts.pipeline)
    return ("No pipeline" if facts.pipeline else figure.figure), figure.notes


def _volume(facts: WeeklyFacts) -> Line:
    calls, before = facts.now["calls"].count, facts.before["calls"].count
    change, minimum = relative_change(calls, before), facts.thresholds.comparison_minimum
    basis = f"{counted(calls, 'call')}, {before:,} the week before"
    if change is None or min(calls, before) < minimum:
        return Line("Too few calls to say how call volume changed", f"{basis}; both weeks need {minimum:,}")
    if not change:
        return Line("Call volume unchanged WoW", basis)
    return Line(f"Call volume {'growing' if change > 0 else 'shrinking'} {percent(abs(change))} WoW", basis)


def _qualification(facts: WeeklyFacts) -> Line:
    now, before = facts.now["qualification_rate"], facts.before["qualification_rate"]
    if now.value is None:
        return Line("No qualification rate: there were no calls")
    change = _change(now, before)
    basis = f"{now.count:,} of {counted(now.n, 'call')}"
    if change is None:
        return Line(f"Qualification rate {percent(now.value)}", f"{basis}{_goal(now, facts)}; too few calls to compare weeks")
    was = f"{percent(before.value or 0.0, 1)} of {before.n:,} the week before"
    basis = f"{percent(now.value, 1)}: {basis}; {was}{_goal(now, facts)}"
    if _is_flat(change, facts):
        return Line(f"Qualification rate stable at {percent(now.value)}", basis)
    return Line(f"Qualification rate {'up' if change > 0 else 'down'} {points(change)} to {percent(now.value)}", basis)


def _booking(facts: WeeklyFacts) -> Line:
    now = facts.now["booking_rate"]
    if now.value is None:
        return Line("No meeting booking rate: there were no qualified calls")
    weeks = _weeks_it_leads(facts)
    best = f", the highest of {weeks} weeks" if weeks else ""
    return Line(f"Meeting booking rate {percent(now.value)}{best}", f"{now.count:,} of {now.n:,} qualified{_goal(now, facts)}")


def _weeks_it_leads(facts: WeeklyFacts) -> int:
    """Return of how many weeks with enough calls this one has the highest booking rate; 0 when it has not, or of less than 3."""
    *earlier, now = facts.booking_rates
    rates = [each.value for each in earlier if each.is_enough and each.value is not None]
    leads = now.is_enough and now.value is not None and len(rates) >= 2 and all(now.value > rate for rate in rates)
    return len(rates) + 1 if leads else 0


def _goal(now: Measured, facts: WeeklyFacts) -> str:
    goal = facts.goals.goals.get(now.measure.name)
    if goal is None or now.value is None:
        return ""
    reached = "" if not now.is_enough else " reached" if now.value >= goal else " not reached"
    return f"; goal {percent(goal)}{reached}"


def _gap_risks(facts: WeeklyFacts) -> Iterator[Line]:
    for gap in facts.gaps[:1]:
        yield Line(f"Content gaps in {_titled(gap.topic)} docs", _searches(gap, facts))


def _feature_risks(facts: WeeklyFacts) -> Iterator[Line]:
    """Name the feature that most calls ask for; one that the product lacks before one that it has."""
    frequent = [each for each in facts.requested if _is_frequent(each.calls.calls, facts)]
    for each in sorted(frequent, key=lambda each: each.is_listed)[:1]:
        calls, listed = each.calls.calls, "is" if each.is_listed else "is not"
        basis = f"{calls.count:,} of {counted(calls.n, 'call')}; it {listed} a listed feature of the product"
        yield Line(f"{percent(_share(calls))} of calls ask for {_titled(each.calls.subject)}", basis)


def _missed_targets(facts: WeeklyFacts) -> Iterator[Line]:
    errors, latency = facts.now["error_rate"], facts.now["latency"]
    if errors.is_enough and errors.is_target_met is False and errors.value is not None:
        basis = f"{errors.count:,} of {counted(errors.n, 'call')}; {target_note(errors).text}"
        yield Line(f"Error rate {percent(errors.value, 1)} misses its target", basis)
    if latency.is_enough and latency.is_target_met is False and latency.value is not None:
        basis = f"{counted(latency.n, 'reply', 'replies')}; {target_note(latency).text}"
        yield Line(f"Average latency {rounded(latency.value)} ms misses its target", basis)


def _surges(facts: WeeklyFacts) -> Iterator[Line]:
    trend = facts.trends.industry
    if trend and trend.change is not None and trend.change >= SURGE:
        yield Line(f"{plain(trend.subject)} industry surge (consider a targeted campaign)", _grown(trend))


def _switchers(facts: WeeklyFacts) -> Iterator[Line]:
    """Name the competitor whose unhappy users qualify more often than callers do in general."""
    general = facts.now["qualification_rate"].value or 0.0
    for share in facts.switchers:
        if share.calls.n >= facts.thresholds.insight_minimum and _share(share.calls) > general:
            qualified = f"{share.calls.count:,} of {counted(share.calls.n, 'call')}; {percent(general)} of all calls are Tier 1"
            yield Line(f"{plain(share.subject)} switchers highly qualified ({percent(_share(share.calls))} Tier 1)", qualified)
            return


def _articles(gaps: tuple[SearchGap, ...], facts: WeeklyFacts) -> Iterator[Line]:
    for gap in gaps:
        kind = gap.content_type.replace("_", " ")
        yield Line(f"Create {'an' if kind[0] in 'aeiou' else 'a'} {kind}: “{gap.article}”", _searches(gap, facts))


def _campaigns(facts: WeeklyFacts) -> Iterator[Line]:
    trend = facts.trends.industry
    if trend and trend.change is not None and trend.change >= SURGE:
        yield Line(f"Launch a {plain(trend.subject)} industry campaign", _grown(trend))


def _comparisons(facts: WeeklyFacts) -> Iterator[Line]:
    for share in facts.competitors[:1]:
        if _is_frequent(share.calls, facts):
            text = f"mentioned in {percent(_share(share.calls))} of calls: {share.calls.count:,} of {share.calls.n:,}"
            yield Line(f"Build a {plain(share.subject)} comparison page", text)


def _searches(gap: SearchGap, facts: WeeklyFacts) -> str:
    searches = counted(gap.searches, "failed search", "failed searches")
    return f"{searches} in {gap.calls:,} of {counted(facts.now['calls'].count, 'call')}"


def _grown(trend: Trend) -> str:
    grown = f"+{percent(trend.change or 0.0)} calls"
    basis = f"{trend.current.count:,} of {counted(trend.current.n, 'call')}"
    return f"{grown}: {basis}, {trend.previous.count:,} of {trend.previous.n:,} the week before"


def _is_frequent(calls: CountedRate, facts: WeeklyFacts) -> bool:
    return calls.n >= facts.thresholds.insight_minimum and _share(calls) >= facts.thresholds.insight_share


def _share(calls: CountedRate) -> float:
    return calls.share or 0.0


def _titled(subject: str) -> str:
    text = plain(subject)
    return f"“{text[:1].upper()}{text[1:]}”"
