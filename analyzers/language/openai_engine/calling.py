"""One request over the wire, with retries of our own (the SDK's are off: they know neither the shared budget nor a total bound).

Retried are 408, 409, 429, 5xx, time-outs and broken connections, with exponential backoff and full jitter, never sooner than
``Retry-After`` asks for. 401, 403, 404 and a refused schema are settings to correct.
"""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

import openai
from openai import AsyncOpenAI

from analyzers.language.openai_engine.budget import Need, Sleep, SpendingBudget, reserved
from analyzers.language.openai_engine.dialects import Body, Dialect
from analyzers.language.openai_engine.failures import EngineUnavailable, Unusable, code
from analyzers.language.openai_engine.pricing import Pricing, Spent
from analyzers.language.openai_engine.reply import ModelReply
from contract.platform.failures import ConfigurationFailure
from contract.platform.retry import RetryAfterRule, RetryPolicy, acall_with_retry, http_date, retry_after

T = TypeVar("T")
_RETRYABLE = frozenset({408, 409, 429})
_EXHAUSTED = "insufficient_quota"
_OF_THE_TRANSCRIPT = frozenset(
    {"context_length_exceeded", "invalid_prompt", "content_policy_violation", "string_above_max_length", "content_filter"}
)
_CONTEXT_EXCEEDED = re.compile(r"context (?:length|size|window)", re.IGNORECASE)
"""How servers that send no code say that a transcript is too long for them (vLLM, llama.cpp)."""

RETRY_POLICY = RetryPolicy(
    attempts=6, longest_wait=30.0, full_jitter=True, retry_after_rule=RetryAfterRule.ADDED, max_retry_after=120.0
)


@dataclass(frozen=True)
class ModelClient:
    """What a request needs beside its body. ``sleep`` and ``jitter`` (0 to 1) are injected."""

    client: AsyncOpenAI
    dialect: Dialect
    budget: SpendingBudget
    pricing: Pricing
    timeout_seconds: float
    retry_policy: RetryPolicy
    sleep: Sleep
    jitter: Callable[[], float] = random.random

    async def ask(self, body: Body, need: Need, spent: Spent) -> tuple[ModelReply, Spent]:
        """Return the reply and what was spent on it; raises ``EngineUnavailable``, ``CeilingReached`` or ``Unusable``."""
        return await self.tried(lambda: self._once(body, need, spent))

    async def tried(self, operation: Callable[[], Awaitable[T]]) -> T:
        """Return what the operation returns, called again while it raises ``EngineUnavailable`` and the policy allows."""
        return await acall_with_retry(operation, self.retry_policy, _is_worth_retrying, sleep=self.sleep, chance=self.jitter)

    async def _once(self, body: Body, need: Need, spent: Spent) -> tuple[ModelReply, Spent]:
        reservation = await reserved(self.budget, need, self.sleep)
        try:
            reply = await bounded(self.dialect.send(self.client, body), self.timeout_seconds)
            if reply is None:
                raise EngineUnavailable("unreadable_response", billed_unknown=True)
        except EngineUnavailable as away:
            if not away.billed_unknown:
                await self._settle(reservation, 0, 0.0)
            raise
        except BaseException:
            await self._settle(reservation, 0, 0.0)
            raise
        usage = reply.usage
        cost = self.pricing.cost(usage) if usage else need.cost_usd if self.pricing.price else None
        await self._settle(reservation, usage.total if usage else need.tokens, cost or 0.0)
        return reply, spent.plus(usage, cost)

    async def _settle(self, reservation: int, tokens: int, cost_usd: float) -> None:
        await asyncio.to_thread(self.budget.settle, reservation, tokens, cost_usd)


def _is_worth_retrying(error: BaseException) -> bool:
    return isinstance(error, EngineUnavailable) and error.reason != _EXHAUSTED


async def bounded(request: Awaitable[T], seconds: float) -> T:
    """The answer within a bound from first to last byte; failures of the SDK as ours, without a word of what was sent."""
    try:
        async with asyncio.timeout(seconds):
            return await request
    except (TimeoutError, openai.APITimeoutError):
        raise EngineUnavailable("timeout", billed_unknown=True) from None
    except openai.APIConnectionError as error:
        raise EngineUnavailable("unreachable") from error
    except openai.APIStatusError as error:
        raise _failure(error) from None
    except (openai.APIError, ValueError):
        raise EngineUnavailable("unreadable_response", billed_unknown=True) from None


def _failure(error: openai.APIStatusError) -> EngineUnavailable | Unusable | ConfigurationFailure:
    status, reason = error.status_code, code(error.code)
    if status == 429 and reason == _EXHAUSTED:
        return EngineUnavailable(_EXHAUSTED)
    if status in _RETRYABLE or status >= 500:
        return EngineUnavailable(f"http_{status}", _retry_after(error))
    if status in (400, 413) and (status == 413 or reason in _OF_THE_TRANSCRIPT):
        return Unusable(f"request_refused:{reason}")
    if status == 400 and _CONTEXT_EXCEEDED.search(error.message):
        return Unusable("request_refused:context_length_exceeded")
    if status == 401:
        return ConfigurationFailure("OpenAI refused the key (401).", "Correct OPENAI_API_KEY, or set VOICE_ENGINE=embedded.")
    if status in (403, 404):
        return ConfigurationFailure(
            f"OpenAI refused the model ({status}, {reason}).",
            "Set VOICE_OPENAI_MODEL to one the key may use, VOICE_OPENAI_DIALECT=chat for a server without the Responses API,"
            " or VOICE_ENGINE=embedded.",
        )
    return ConfigurationFailure(
        f"OpenAI did not accept the request ({status}, {reason}).",
        "Set VOICE_OPENAI_MODEL to a model with structured outputs, or VOICE_ENGINE=embedded.",
    )


def _retry_after(error: openai.APIStatusError) -> float | None:
    """Seconds, from ``retry-after-ms`` or either form of RFC 9110 10.2.3; a date is measured against the answer's own."""
    headers = error.response.headers
    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        value = headers.get(name, "").strip()
        if value.replace(".", "", 1).isdecimal():
            return float(value) / unit
    return retry_after(headers.get("retry-after"), http_date(headers.get("date")))
