"""Panels of call quality, knowledge base, sales intelligence and trends (spec 6.3-6.6)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta

from tests.orchestration.dashboards.figures.call_facts import BOOKING, SEARCH, UNKNOWN, CallFacts, Search, moment
from tests.orchestration.dashboards.figures.expected import (
    Expected,
    Row,
    Rows,
    Values,
    Widget,
    average,
    average_by_day,
    averaged,
    by_day,
    histogram,
    known,
    lowest_of,
    share,
    utc,
)
from tests.orchestration.dashboards.figures.operations import QUALIFIED
from tests.orchestration.dashboards.figures.world import TODAY, World, midnight
from tests.support.documents import NOW

BOOKING_RATE = share(lambda call: call.booked, lambda call: call.qualified)
HOT_ABOVE = 80
"""Spec 3.2: a lead with a higher score is hot."""
FREE_PROVIDERS = ("gmail.com",)
"""Of the addresses of the sample calls."""


def sentiment_distribution(world: World) -> Expected:
    found = [call.sentiment for call in world.chosen]
    figure = average(world.chosen, share(lambda call: call.sentiment == "positive", lambda call: call.sentiment != UNKNOWN))
    pie = [{"sentiment": name, "calls": found.count(name)} for name in ("positive", "neutral", "negative") if name in found]
    return Expected({"figure": [figure], "pie": pie}, figure["n"])


def top_queries(world: World) -> Expected:
    return _searches_by(world, lambda search: search.query if search.words_kept else None)


def searches_by_category(world: World) -> Expected:
    """What a viewer gets of the same."""
    return _searches_by(world, lambda search: search.category)


def _searches_by(world: World, name_of: Callable[[Search], str | None]) -> Expected:
    groups: dict[str, list[int]] = defaultdict(list)
    for call in world.chosen:
        for search in call.searches:
            if (name := name_of(search)) is not None:
                groups[name].append(search.results)
    rows: Rows = [
        {
            "query": name,
            "searches": len(results),
            "success_rate": sum(found > 0 for found in results) / len(results),
            "average_results": sum(results) / len(results),
        }
        for name, results in groups.items()
    ]
    rows = sorted(rows, key=lambda row: (-row["searches"], row["query"]))[:20]
    return Expected({"table": rows}, sum(row["searches"] for row in rows))


def content_gaps(world: World) -> Expected:
    """Queries that never found anything on the chosen days, of those whose words are kept."""
    results: Counter[str] = Counter()
    searches: list[Search] = [search for call in world.chosen for search in call.searches if search.words_kept]
    for search in searches:
        results[search.query] += search.results
    row = {"value": sum(found == 0 for found in results.values()) if results else None, "n": len(searches)}
    return Expected({"figure": [row]}, row["n"])


def tool_usage(world: World) -> Expected:
    used = Counter(tool for call in world.chosen for tool in call.tools if tool in (SEARCH, BOOKING))
    rows = [{"tool": tool, "uses": uses} for tool, uses in sorted(used.items(), key=lambda item: (-item[1], item[0]))]
    return Expected({"pie": rows}, sum(used.values()))


def lead_scores(world: World) -> Expected:
    return _of_histogram(histogram((call.score for call in world.chosen), lowest_of(0, 21, 41, 61, 81)))


def team_size(world: World) -> Expected:
    return _of_histogram(histogram((call.signal("team_size") for call in world.chosen), lowest_of(1, 3, 5, 11, 26)))


def _of_histogram(rows: Rows) -> Expected:
    return Expected({"histogram": rows}, sum(row["observations"] for row in rows))


def top_industries(world: World) -> Expected:
    counts = Counter(call.industry for call in world.chosen if call.industry != UNKNOWN)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:10]
    return Expected({"bars": [{"industry": name, "calls": calls} for name, calls in ranked]}, sum(calls for _, calls in ranked))


def integration_needs(world: World) -> Expected:
    """The ten that are needed most, each with both tiers."""
    tiers: dict[str, Counter[str]] = defaultdict(Counter)
    for call in world.chosen:
        if call.tier != UNKNOWN:
            for need in call.needs:
                tiers[need][call.tier] += 1
    ranked = sorted(tiers, key=lambda name: (-tiers[name].total(), name))[:10]
    rows = [
        {"integration": name, "tier": tier, "mentions": mentions}
        for name in ranked
        for tier, mentions in sorted(tiers[name].items())
    ]
    return Expected({"bar": rows}, sum(row["mentions"] for row in rows))


def competitor_mentions(world: World) -> Expected:
    """``balance`` is positive mentions less negative ones."""
    named: dict[str, list[str]] = defaultdict(list)
    for call in world.chosen:
        for name, sentiment in call.competitors:
            named[name].append(sentiment)
    rows: Rows = [
        {"competitor": name, "mentions": len(found), "balance": found.count("positive") - found.count("negative")}
        for name, found in named.items()
    ]
    rows = sorted(rows, key=lambda row: (-row["mentions"], row["competitor"]))[:25]
    return Expected({"cloud": rows}, sum(row["mentions"] for row in rows))


def common_objections(world: World) -> Expected:
    groups: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for call in world.chosen:
        for topic, category, resolved in call.objections:
            groups[topic, category].append(resolved)
    rows: Rows = [
        {"objection": topic, "mentions": len(found), "category": category, "resolution_rate": sum(found) / len(found)}
        for (topic, category), found in groups.items()
    ]
    rows = sorted(rows, key=lambda row: (-row["mentions"], row["objection"], row["category"]))[:12]
    return Expected({"table": rows}, sum(row["mentions"] for row in rows))


def calls_trend(world: World) -> Expected:
    month = world.since_day(TODAY - timedelta(days=29))
    week = _counts([call for call in month if call.day >= TODAY - timedelta(days=6)])
    figure: Row = {"value": week["calls"], "n": len(month), **week, "month": len(month)}
    del figure["calls"]
    line = [{"business_day": day, **_counts(calls)} for day, calls in by_day(month)]
    return Expected({"figure": [figure] if month else [], "line": line}, len(month))


def _counts(calls: Sequence[CallFacts]) -> Row:
    return {
        "calls": len(calls),
        "qualified": sum(call.qualified for call in calls),
        "meetings": sum(call.booked for call in calls),
    }


def degradation_alerts(world: World) -> Expected:
    """Critical and high alerts of the last 30 days, the newest twenty."""
    alerts = [each for each in world.told.alerts if each["alert_type"] in ("critical", "high")]
    recent = [each for each in alerts if midnight(29) <= moment(each["triggered_at"]) < NOW]
    rows: Rows = [
        {
            "id": each["id"],
            "alert": each["alert_name"],
            "triggered_at": utc(moment(each["triggered_at"])),
            "severity": each["severity"],
            "status": "resolved" if each["resolved_at"] else "acknowledged" if each["acknowledged_at"] else "open",
        }
        for each in recent
    ]
    rows = sorted(sorted(rows, key=lambda row: row["id"]), key=lambda row: row["triggered_at"], reverse=True)[:20]
    return Expected({"list": rows}, len(rows))


def hot_leads(world: World) -> Expected:
    rows = [{**_of_person(world, call), **_of_hot_call(call)} for call in _hottest_calls(world)]
    return Expected({"list": rows}, len(rows))


def hot_lead_keys(world: World) -> Expected:
    """What a viewer gets of the same."""
    rows = [_of_hot_call(call) for call in _hottest_calls(world)]
    return Expected({"list": rows}, len(rows))


def _hottest_calls(world: World) -> list[CallFacts]:
    """Of each lead the best of today's calls that match, the later of equal ones; the ten with the highest scores."""
    best: dict[str, CallFacts] = {}
    for call in world.between(midnight(0), NOW):
        if call.score is not None and call.score > HOT_ABOVE:
            lead = call.lead_key or call.session_id
            known_best = best.get(lead)
            if known_best is None or (call.score, call.start) > (known_best.score, known_best.start):
                best[lead] = call
    return sorted(best.values(), key=lambda call: (-(call.score or 0), call.session_id))[:10]


def _of_hot_call(call: CallFacts) -> Row:
    return {
        "lead_key": call.lead_key,
        "lead_score": call.score,
        "industry": call.industry,
        **{name: call.signal(name) for name in ("team_size", "monthly_volume", "decision_timeline")},
        "meeting_booked": call.booked,
        "session_id": call.session_id,
    }


def _of_person(world: World, call: CallFacts) -> Row:
    """The name that the lead gave last, the company of its address, its record in the CRM."""
    calls = sorted((each for each in world.calls if each.lead_key == call.lead_key), key=lambda each: (each.start, each.session_id))
    names, emails = ([value for each in calls if (value := getattr(each, name))] for name in ("name", "email"))
    domain = emails[-1].split("@")[1] if emails else None
    records = {
        row["item_key"]: row["remote_id"]
        for row in world.told.deliveries
        if (row["destination"], row["kind"]) == ("salesforce", "person")
    }
    return {
        "name": names[-1] if names else call.name,
        "company": None if domain in FREE_PROVIDERS else domain,
        "remote_id": records.get(call.lead_key or ""),
    }


def _search_results(calls: Iterable[CallFacts]) -> Rows:
    return histogram((search.results for call in calls for search in call.searches), lambda found: min(int(found), 20))


def _line(values: Values) -> Widget:
    def expected(world: World) -> Expected:
        rows = average_by_day(world.chosen, values)
        return Expected({"line": rows}, sum(row["n"] for row in rows))

    return expected


CONVERSATIONS: Mapping[str, Widget] = {
    "call-duration": averaged(
        "", lambda call: [call.minutes], histogram=lambda calls: histogram((c.minutes for c in calls), lambda m: min(int(m), 60))
    ),
    "turn-count": averaged(
        "",
        lambda call: [call.turns],
        histogram=lambda calls: histogram((c.turns for c in calls), lambda turns: min(int(turns), 100)),
    ),
    "interruption-rate": averaged("line", share(lambda call: call.interruptions > 3)),
    "sentiment-distribution": sentiment_distribution,
    "natural-ending-rate": averaged("line", lambda call: known(call.natural_ending)),
    "user-satisfaction": averaged("line", lambda call: known(call.satisfaction)),
    "search-success": averaged("line", lambda call: [float(search.results > 0) for search in call.searches]),
    "top-queries": top_queries,
    "content-gaps": content_gaps,
    "results-per-query": averaged("spark", lambda call: [search.results for search in call.searches], histogram=_search_results),
    "tool-usage": tool_usage,
    "lead-scores": lead_scores,
    "top-industries": top_industries,
    "team-size": team_size,
    "integration-needs": integration_needs,
    "competitor-mentions": competitor_mentions,
    "common-objections": common_objections,
    "calls-trend": calls_trend,
    "qualification-trend": _line(QUALIFIED),
    "booking-trend": _line(BOOKING_RATE),
    "degradation-alerts": degradation_alerts,
    "hot-leads": hot_leads,
}
FOR_VIEWERS: Mapping[str, Widget] = {"top-queries": searches_by_category, "hot-leads": hot_lead_keys}
"""Widgets of which a viewer gets something else."""
