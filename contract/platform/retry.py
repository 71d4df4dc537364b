"""Trying again after a passing failure: one policy, one reader of ``Retry-After``, one caller for functions and one for coroutines.

Each caller of a vendor passes its own ``RetryPolicy`` and says which failures are worth another try; whatever else is raised goes
through at once. Clock, sleep and randomness are injected.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum
from math import inf
from typing import Any, TypeVar

from tenacity import AsyncRetrying, RetryCallState, Retrying, retry_if_exception

Answer = TypeVar("Answer")
RetryOn = Callable[[BaseException], bool]


class RetryAfterRule(Enum):
    """How the wait a vendor asks for combines with the policy's own."""

    REPLACES = "it is waited for exactly"
    AT_LEAST = "it is waited for when it is longer"
    ADDED = "the policy's own wait comes on top, so that not everybody returns at once"


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """``attempts`` in all, with waits that double from ``first_wait`` to ``longest_wait``; all times are seconds.

    Up to ``jitter`` is added to each wait; with ``full_jitter`` a wait is anything from nothing to its bound instead. A vendor that
    asks for more than ``max_retry_after`` is not tried again, nor is one whose next try could begin ``total`` after the first.
    The default waits are those of spec 2.3: a first try and three more after 1, 2 and 4 seconds.
    """

    attempts: int = 4
    first_wait: float = 1.0
    longest_wait: float = 4.0
    jitter: float = 0.0
    full_jitter: bool = False
    retry_after_rule: RetryAfterRule = RetryAfterRule.REPLACES
    max_retry_after: float = inf
    total: float = inf

    def backoff(self, attempt: int) -> float:
        """Return the wait after attempt 1, 2, ... without jitter."""
        return min(self.longest_wait, self.first_wait * 2.0 ** (attempt - 1))

    def wait(self, attempt: int, asked: float | None, chance: float) -> float:
        """Return the wait after an attempt; ``asked`` is the vendor's Retry-After, ``chance`` a random number from 0 to 1."""
        backoff = self.backoff(attempt)
        jittered = backoff * chance if self.full_jitter else backoff + self.jitter * chance
        if asked is None:
            return jittered
        if self.retry_after_rule is RetryAfterRule.ADDED:
            return asked + jittered
        return asked if self.retry_after_rule is RetryAfterRule.REPLACES or asked > backoff else jittered

    def gives_up(self, attempt: int, asked: float | None, elapsed: float) -> bool:
        """Return whether the attempt was the last; ``elapsed`` is the time since the first began."""
        longest_possible = max(self.backoff(attempt) + self.jitter, asked or 0.0)
        return attempt >= self.attempts or (asked or 0.0) > self.max_retry_after or longest_possible >= self.total - elapsed


def call_with_retry(
    send: Callable[[], Answer],
    policy: RetryPolicy,
    retry_on: RetryOn,
    *,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
    chance: Callable[[], float] = random.random,
) -> Answer:
    """Return the answer of ``send``, called again while it raises what ``retry_on`` accepts; raise its last error on giving up.

    An error's ``retry_after`` attribute, where it has one, is what the vendor asked for in seconds.
    """
    return Retrying(sleep=sleep, **_rules(policy, retry_on, clock, chance))(send)


async def acall_with_retry(
    send: Callable[[], Awaitable[Answer]],
    policy: RetryPolicy,
    retry_on: RetryOn,
    *,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    clock: Callable[[], float] = time.monotonic,
    chance: Callable[[], float] = random.random,
) -> Answer:
    """Do as ``call_with_retry`` does, for a coroutine function."""

    async def once() -> Answer:
        return await send()

    return await AsyncRetrying(sleep=sleep, **_rules(policy, retry_on, clock, chance))(once)


def _rules(policy: RetryPolicy, retry_on: RetryOn, clock: Callable[[], float], chance: Callable[[], float]) -> dict[str, Any]:
    started = clock()
    return {
        "retry": retry_if_exception(retry_on),
        "wait": lambda state: policy.wait(state.attempt_number, _asked(state), chance()),
        "stop": lambda state: policy.gives_up(state.attempt_number, _asked(state), clock() - started),
        "reraise": True,
    }


def _asked(state: RetryCallState) -> float | None:
    error = state.outcome.exception() if state.outcome else None
    return getattr(error, "retry_after", None)


def retry_after(header: str | None, now: datetime | None) -> float | None:
    """Return the seconds of both forms of ``Retry-After`` (RFC 9110, 10.2.3): a number, or a date measured against ``now``.

    None when there is no header, when it cannot be read, or when it is a date and ``now`` is unknown.
    """
    if header and header.strip().isdecimal():
        return float(header)
    moment = http_date(header)
    return None if moment is None or now is None else max(0.0, (moment - now).total_seconds())


def http_date(header: str | None) -> datetime | None:
    """Return the moment of a header such as ``Date``, in its own zone; None when there is none, or none that can be read."""
    if not header:
        return None
    try:
        moment = parsedate_to_datetime(header)
    except ValueError:
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC)
