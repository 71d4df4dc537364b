"""Engines as tests need them: settings by name, waits noted instead of slept."""

from __future__ import annotations

from datetime import UTC, datetime

from analyzers.language.annotations import TranscriptAnnotations
from analyzers.language.embedded import EmbeddedEngine
from analyzers.language.openai_engine.budget import SpendingLimits
from analyzers.language.openai_engine.engine import OpenAIEngine
from contract.document.session import TranscriptItem
from contract.platform.price_book import PriceBook
from contract.platform.settings import Settings
from contract.reference import Reference
from orchestration.state.budget import StateBudget
from orchestration.state.database import StateDatabase
from tests.fakes.openai_api import FakeOpenAI

REFERENCE = Reference()
EMBEDDED = EmbeddedEngine(REFERENCE)
PRICE = REFERENCE.table(PriceBook).llm[Settings().openai_model]  # pyright: ignore[reportCallIssue]
"""The default model's; the API on loopback says of each request that 200 of 1,000 tokens were cached."""


def call(*texts: str) -> list[TranscriptItem]:
    """A call in which agent and caller take turns; the agent begins."""
    return [TranscriptItem(id=f"item_{n:03}", role="user" if n % 2 else "agent", text=text) for n, text in enumerate(texts)]


TEAM = call("Thanks for calling. How big is your team?", "there are fifteen of us", "Lovely.", "what does it cost?")


class Bench:
    """Makes engines over one API and one state database; ``waits`` are the seconds they wanted to sleep."""

    def __init__(self, api: FakeOpenAI, state: StateDatabase) -> None:
        self.api, self.state = api, state
        self.waits: list[float] = []
        self.now = datetime(2026, 11, 20, 15, tzinfo=UTC)

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)

    def budget(self, settings: Settings) -> StateBudget:
        limits = SpendingLimits(settings.openai_requests_per_minute, settings.openai_tokens_per_minute, settings.openai_daily_usd)
        return StateBudget(self.state, limits, lambda: self.now)

    def engine(self, **settings: object) -> OpenAIEngine:
        made = Settings(**{"openai_timeout_seconds": 30.0, **settings})  # pyright: ignore[reportArgumentType]
        return OpenAIEngine(REFERENCE, made, self.budget(made), EMBEDDED, sleep=self.sleep)

    def annotated(self, *texts: str, **settings: object) -> TranscriptAnnotations:
        return self.engine(**settings).annotate([call(*texts) if texts else TEAM])[0]
