"""Histories of calls for alert rules: seeded, with more calls by day than by night, and spoilt where a test wants it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from contract.reference import Reference
from orchestration.alerts.replay import Fired, KnownStart, PastCalls, replay
from orchestration.alerts.rules import AlertRules
from orchestration.rules.business_hours import BusinessHours
from orchestration.rules.goals import Goals
from orchestration.state.recent_calls import WatchedCall

ZONE = ZoneInfo("America/New_York")
MONDAY = datetime(2026, 10, 5, 4, tzinfo=UTC)  # midnight in New York
RULES = Reference().table(AlertRules)
BUSINESS = Reference().table(BusinessHours)
BUDGETS = Reference().table(Goals).budgets
KNOWN_AFTER = timedelta(seconds=60)
_BY_NIGHT = 0.02  # calls in an hour outside business hours, as a share of those within
Spoil = Callable[[WatchedCall], WatchedCall | None]


def healthy(key: str, ended: datetime, seed: random.Random) -> WatchedCall:
    minutes, replies = seed.uniform(2, 8), seed.randint(6, 14)
    return WatchedCall(
        key,
        "analysed",
        ended + KNOWN_AFTER,
        ended,
        ended - timedelta(minutes=minutes),
        failed=False,
        reason="user_hangup",
        agent_version="2026.11.1",
        minutes=minutes,
        replies=replies,
        latency_ms_sum=sum(seed.randint(700, 1200) for _ in range(replies)),
        components={"llm_ttft": (replies, 500 * replies)},
        tokens=round(minutes * seed.uniform(1500, 2500)),
        usd=minutes * 0.01,
        usd_by_component={"llm": minutes * 0.01},
        connection="Good",
        apis={"LLM": (1, 0), "STT": (1, 0), "TTS": (1, 0), "knowledge base": (1, 0)},
    )


def history(per_day: int, days: int, spoil: Spoil = lambda call: call, seed: int = 18) -> list[WatchedCall]:
    """Calls that come at random, as callers do: most in business hours, few at night. ``spoil`` changes or removes a call."""
    chance = random.Random(seed)
    made = (healthy(f"c{number:06d}", moment, chance) for number, moment in enumerate(_moments(per_day, days, chance)))
    return [spoilt for call in made if (spoilt := spoil(call)) is not None]


def _moments(per_day: int, days: int, chance: random.Random) -> Iterator[datetime]:
    by_day = per_day / (10 + 14 * _BY_NIGHT)  # calls in an hour of business; there are ten a day
    moment, end = MONDAY, MONDAY + timedelta(days=days)
    while moment < end:
        rate = by_day if BUSINESS.are_open(moment, ZONE) else by_day * _BY_NIGHT
        step = timedelta(hours=chance.expovariate(by_day))  # thinned to the rate of the hour
        moment += step
        if chance.random() < rate / by_day:
            yield moment


def during(start: datetime, minutes: int, **changed: object) -> Spoil:
    """Change calls that ended in this time."""
    end = start + timedelta(minutes=minutes)
    return lambda call: replace(call, **changed) if start <= call.ended_at < end else call  # pyright: ignore[reportArgumentType]


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of the history in New York time; day 0 is a Monday."""
    local = MONDAY.astimezone(ZONE).replace(tzinfo=None) + timedelta(days=day, hours=hour, minutes=minute)
    return local.replace(tzinfo=ZONE).astimezone(UTC)


def with_starts(calls: list[WatchedCall]) -> PastCalls:
    """The calls with the markers of their starts, as the agent writes them."""
    starts = [KnownStart(call.started_at, call.call_key, call.started_at) for call in calls if call.started_at]
    return PastCalls(calls=calls, starts=starts)


def fired(past: PastCalls, days: int, rules: AlertRules = RULES) -> list[Fired]:
    return replay(rules, BUSINESS, BUDGETS, ZONE, past, MONDAY, MONDAY + timedelta(days=days))
