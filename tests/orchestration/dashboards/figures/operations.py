"""Performance and business panels (spec 6.1, 6.2)."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from tests.orchestration.dashboards.figures.call_facts import CallFacts, Reply, moment, total
from tests.orchestration.dashboards.figures.expected import (
    Expected,
    Row,
    Rows,
    Widget,
    average,
    averaged,
    by_day,
    histogram,
    known,
    lowest_of,
    share,
    utc,
)
from tests.orchestration.dashboards.figures.world import TODAY, World, midnight, same_time
from tests.support.documents import NOW

HOUR_AGO = NOW - timedelta(hours=1)
MONTH = TODAY.replace(day=1)
QUARTER = date(TODAY.year, (TODAY.month - 1) // 3 * 3 + 1, 1)
QUALIFIED = share(lambda call: call.qualified)
FAILED = share(lambda call: call.failed)


def active_calls(world: World) -> Expected:
    """The newest sample of the last ten minutes of each."""
    recent = sorted((row for row in world.told.samples if row["minutes_ago"] <= 10), key=lambda row: -row["minutes_ago"])
    newest = {row["measure"]: row["value"] for row in recent}
    row = {"value": newest.get("active_calls"), "n": len(newest), "queue_depth": newest.get("queue_depth")}
    return Expected({"figure": [row]}, row["n"])


def average_latency(world: World) -> Expected:
    found = [reply.latency for reply in _replies_of_the_hour(world) if reply.latency is not None]
    return Expected({"figure": [{"value": sum(found) / len(found) if found else None, "n": len(found)}]}, len(found))


def p95_latency(world: World) -> Expected:
    """By hour of the call, for 24 hours with the present one: the value at rank ceil(0.95 n)."""
    first = NOW.replace(minute=0) - timedelta(hours=23)
    hours: dict[datetime, list[int]] = defaultdict(list)
    for call in world.between(first, NOW + timedelta(hours=1)):
        found = [reply.latency for reply in call.replies if reply.latency is not None]
        if found:
            hours[call.start.replace(minute=0, second=0, microsecond=0)] += found
    rows = [
        {"hour": utc(hour), "value": float(sorted(found)[math.ceil(0.95 * len(found)) - 1]), "n": len(found)}
        for hour, found in sorted(hours.items())
    ]
    return Expected({"line": rows}, sum(row["n"] for row in rows))


def token_usage(world: World) -> Expected:
    calls = world.between(HOUR_AGO, NOW)
    minutes: dict[datetime, list[int | None]] = defaultdict(list)
    for reply in _replies_of_the_hour(world):
        minutes[reply.at.replace(second=0, microsecond=0)].append(reply.tokens)
    line = [{"minute": utc(minute), "tokens": total(tokens)} for minute, tokens in sorted(minutes.items())]
    figure = {"value": total(call.usd for call in calls), "n": len(calls)}
    return Expected({"figure": [figure], "line": line}, figure["n"] if _shown(figure) else 0)


def cost_burn_rate(world: World) -> Expected:
    hour, month = world.between(HOUR_AGO, NOW), world.since_day(MONTH)
    providers: dict[str, list[float | None]] = defaultdict(list)
    for call in month:
        for provider, usd in call.costs:
            providers[provider].append(usd)
    bars = [{"provider": name, "usd": total(amounts)} for name, amounts in providers.items()]
    figure = {
        "value": total(call.usd for call in hour),
        "n": len(hour),
        "today": total(call.usd for call in month if call.day == TODAY),
        "month": total(call.usd for call in month),
    }
    order = sorted(bars, key=lambda row: (row["usd"] is None, -(row["usd"] or 0), row["provider"]))
    return Expected({"figure": [figure], "bars": order}, figure["n"] if _shown(figure) else 0)


def connection_quality(world: World) -> Expected:
    found = [call.connection for call in world.chosen]
    counts = [{"category": name, "calls": found.count(name)} for name in ("Excellent", "Good", "Fair", "Poor")]
    return Expected({"pie": counts if world.chosen else []}, sum(row["calls"] for row in counts))


def todays_calls(world: World) -> Expected:
    today = len(world.between(midnight(0), NOW))
    before = {
        "yesterday": len(world.between(midnight(1), same_time(1))),
        "last_week": len(world.between(midnight(7), same_time(7))),
    }
    return Expected({"figure": [{"value": today, "n": today, **before}]}, today)


def qualified_leads(world: World) -> Expected:
    today, yesterday = world.between(midnight(0), NOW), world.between(midnight(1), same_time(1))
    qualified = sum(call.qualified for call in today)
    row = {
        "value": qualified,
        "n": len(today),
        "share": qualified / len(today) if today else None,
        "yesterday": sum(call.qualified for call in yesterday),
    }
    return Expected({"figure": [row]}, len(today))


def meetings_booked(world: World) -> Expected:
    """Calls that booked one, and the share of qualified ones that did."""
    calls = world.chosen
    booked = average(calls, share(lambda call: call.booked, lambda call: call.qualified))
    row: Row = {"value": sum(call.booked for call in calls) if calls else None, "n": len(calls), "share": booked["value"]}
    spark = [{"business_day": day, "value": sum(c.booked for c in found), "n": len(found)} for day, found in by_day(calls)]
    return Expected({"figure": [row], "spark": spark}, len(calls))


def pipeline_influenced(world: World) -> Expected:
    """By currency: opportunities not lost, and open within 30 days after a call of one of their people; of the day of that call."""
    by_currency: dict[str, list[tuple[date | None, Mapping[str, Any]]]] = defaultdict(list)
    for each in world.told.opportunities:
        by_currency[each["currency"] or "USD"].append((_influenced_on(world, each), each))
    figures, line = [], []
    for currency, found in by_currency.items():
        counting = [(day, each["amount"]) for day, each in found if day is not None]
        quarter = [(day, amount) for day, amount in counting if day >= QUARTER]
        month = [amount for day, amount in counting if day >= MONTH]
        figures.append(
            {
                "currency": currency,
                "value": sum(filter(None, month)),
                "quarter": sum(amount or 0 for _, amount in quarter),
                "opportunities": len(month),
                "n": len(quarter),
            }
        )
        line += list(_running_totals(currency, quarter))
    figures.sort(key=lambda row: (-row["quarter"], row["currency"]))
    line.sort(key=lambda row: (row["influenced_on"], row["currency"]))
    return Expected({"figure": figures, "line": line}, sum(row["n"] for row in figures))


def _running_totals(currency: str, found: list[tuple[date, float | None]]) -> Iterator[Row]:
    reached = 0.0
    for day in sorted({day for day, amount in found if amount is not None}):
        reached += sum(amount or 0 for at, amount in found if at == day)
        yield {"influenced_on": day.isoformat(), "currency": currency, "running_total": reached}


def _influenced_on(world: World, opportunity: Mapping[str, Any]) -> date | None:
    """None when no call influenced it, or it was lost."""
    if opportunity["is_closed"] and not opportunity["is_won"]:
        return None
    opened = moment(opportunity["opened_at"])
    closed = moment(opportunity["closed_at"]) if opportunity["closed_at"] else None
    calls = [
        call
        for call in world.calls
        if call.lead_key in opportunity["lead_keys"]
        and opened <= call.start + timedelta(days=30)
        and (closed is None or closed >= call.start)
    ]
    return min(calls, key=lambda call: call.start).day if calls else None


def _replies_of_the_hour(world: World) -> Iterator[Reply]:
    return (reply for call in world.matching for reply in call.replies if HOUR_AGO <= reply.at < NOW)


def _shown(figure: Row) -> bool:
    return any(value is not None for name, value in figure.items() if name != "n")


def _engagements(calls: Sequence[CallFacts]) -> Rows:
    return histogram((call.engagement for call in calls), lowest_of(*range(10)))


OPERATIONS: Mapping[str, Widget] = {
    "active-calls": active_calls,
    "average-latency": average_latency,
    "p95-latency": p95_latency,
    "error-rate": averaged("spark", FAILED),
    "token-usage": token_usage,
    "cost-burn-rate": cost_burn_rate,
    "connection-quality": connection_quality,
    "todays-calls": todays_calls,
    "qualified-leads": qualified_leads,
    "meetings-booked": meetings_booked,
    "engagement-score": averaged("", lambda call: known(call.engagement), histogram=_engagements),
    "conversion-rate": averaged("spark", QUALIFIED),
    "pipeline-influenced": pipeline_influenced,
}
