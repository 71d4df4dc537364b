"""The budget that concurrent runs share: requests and tokens a minute, and money a day. Where it is kept is the caller's matter."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True)
class Need:
    """What a request will take: ``tokens`` as expected, ``cost_usd`` at worst, so that the ceiling cannot be overrun."""

    tokens: int
    cost_usd: float
    requests: int = 1


@dataclass(frozen=True)
class SpendingLimits:
    """``daily_usd`` by UTC day; the other two by sliding minute."""

    requests_per_minute: int
    tokens_per_minute: int
    daily_usd: float


@dataclass(frozen=True)
class Wait:
    """Not yet: ask again after so many seconds."""

    seconds: float


class SpendingBudget(Protocol):
    """Safe to use from several threads and processes. Its clock is the real one: a pinned time stops neither quotas nor bills."""

    def reserve(self, need: Need) -> int | Wait:
        """The number of a reservation, or how long to wait. ``CeilingReached`` when the day's money does not suffice."""
        ...

    def settle(self, reservation: int, tokens: int, cost_usd: float) -> None:
        """What the request really took. One that is never settled, as after a kill, stays counted as reserved."""
        ...


async def reserved(budget: SpendingBudget, need: Need, sleep: Sleep) -> int:
    """A reservation, however long that takes; ``CeilingReached`` passes through."""
    while isinstance(answer := await asyncio.to_thread(budget.reserve, need), Wait):
        await sleep(answer.seconds)
    return answer
