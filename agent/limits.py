"""End a call that runs too long, costs too much or has gone silent, politely and with its own ``disconnect_reason``."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, Literal

from livekit.agents import AgentSession, SessionUsageUpdatedEvent, UserStateChangedEvent

from agent.call import Call
from agent.cost import call_cost
from agent.settings import AgentSettings
from agent.speech.hang_up import end_call
from agent.speech.phrases import phrases
from contract.platform.price_book import PriceBook

Limit = Literal["silence_timeout", "time_limit", "cost_limit"]


class CallLimits:
    """Watch one session from ``start`` until it closes. LiveKit reports the caller as away after
    ``silence_prompt_seconds`` of silence on both sides; the rest of ``max_silence_seconds`` runs from there.
    """

    def __init__(self, session: AgentSession[Call], settings: AgentSettings, prices: PriceBook) -> None:
        self._session = session
        self._settings = settings
        self._prices = prices
        self._tasks: set[asyncio.Task[None]] = set()
        self._silence: asyncio.Task[None] | None = None
        self._minutes_since = 0.0

    def start(self) -> None:
        self._minutes_since = asyncio.get_running_loop().time()
        self._session.on("session_usage_updated", self._on_usage)
        self._session.on("user_state_changed", self._on_user_state)
        self._session.on("close", self._on_close)
        self._spawn(self._after(self._settings.max_call_seconds, "time_limit"))

    def _on_usage(self, event: SessionUsageUpdatedEvent) -> None:
        minutes = (asyncio.get_running_loop().time() - self._minutes_since) / 60
        if call_cost(event.usage, minutes, self._prices) > self._settings.max_cost_usd:
            self._spawn(self._finish("cost_limit"))

    def _on_user_state(self, event: UserStateChangedEvent) -> None:
        if event.new_state == "away" and self._silence is None:
            self._session.say(phrases().still_there)
            rest = max(0, self._settings.max_silence_seconds - self._settings.silence_prompt_seconds)
            self._silence = self._spawn(self._after(rest, "silence_timeout"))
        elif event.new_state != "away" and self._silence is not None and self._session.userdata.ending is None:
            self._silence.cancel()
            self._silence = None

    def _on_close(self, _: object) -> None:
        current = asyncio.current_task()
        for task in self._tasks:
            if task is not current:
                task.cancel()

    async def _after(self, seconds: float, limit: Limit) -> None:
        await asyncio.sleep(seconds)
        await self._finish(limit)

    async def _finish(self, limit: Limit) -> None:
        await end_call(self._session, limit, getattr(phrases(), limit))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
