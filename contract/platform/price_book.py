"""``data/price_book.yml``: what tokens, minutes and characters cost, and whose they are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import ClassVar, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from contract.reference import ReferenceTable

Component = Literal["llm", "stt", "tts"]

_DATED = re.compile(r"-\d{4}-\d{2}-\d{2}$|-\d{8}$")


class _Price(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    provider: str


class TokenPrice(_Price):
    """US dollars per 1,000,000 tokens."""

    tier: str
    input: float = Field(ge=0)
    output: float = Field(ge=0)

    def cost(self, prompt: int, completion: int) -> float:
        return (prompt * self.input + completion * self.output) / 1_000_000


class MinutePrice(_Price):
    per_minute: float = Field(ge=0)


class CharacterPrice(_Price):
    per_thousand_characters: float = Field(ge=0)


class ReportedTotal(_Price):
    """Which keys of an older document's ``cost_summary`` hold a component's quantity and amount."""

    quantity: str
    cost: str
    model: str


Priced = TypeVar("Priced", TokenPrice, MinutePrice, CharacterPrice)


class PriceBook(ReferenceTable):
    file: ClassVar[str] = "price_book.yml"
    dated: date
    currency: Literal["USD"]
    llm: Mapping[str, TokenPrice]
    stt: Mapping[str, MinutePrice]
    tts: Mapping[str, CharacterPrice]
    livekit: MinutePrice
    providers: Mapping[str, str]
    reported: Mapping[Component, ReportedTotal]

    def provider_of(self, model: str | None) -> str | None:
        """The provider by the prefix of a model's name, priced or not."""
        name = (model or "").lower()
        prefixes = [prefix for prefix in self.providers if name.startswith(prefix)]
        return self.providers[max(prefixes, key=len)] if prefixes else None


def price_of(prices: Mapping[str, Priced], model: str | None) -> Priced | None:
    """The price of a model as documents write it: ``gpt-4.1-mini-2025-04-14``, ``openai/gpt-4.1``, ``deepgram/nova-3:en``."""
    name = (model or "").lower().partition(":")[0].strip()
    undated = _DATED.sub("", name)
    for candidate in (name, undated, undated.rpartition("/")[2]):
        if candidate in prices:
            return prices[candidate]
    return next((price for key, price in prices.items() if undated and key.rpartition("/")[2] == undated), None)
