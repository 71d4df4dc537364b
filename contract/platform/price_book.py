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


class PriceSource(BaseModel):
    """Where prices were read, and when last."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    url: str
    checked: date
    note: str


class _Price(BaseModel):
    """``until``: the vendor no longer answers from this day on. ``source``: a key of the book's sources, None if not read again."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    provider: str
    until: date | None = None
    source: str | None = None


class TokenPrice(_Price):
    """US dollars per 1,000,000 tokens.

    ``cached_input`` is what input costs that the service has in its cache, ``cache_write`` what putting it there costs; without
    them both cost as much as other input.
    """

    tier: str
    input: float = Field(ge=0)
    cached_input: float | None = Field(default=None, ge=0)
    cache_write: float | None = Field(default=None, ge=0)
    output: float = Field(ge=0)

    def cost(self, prompt: int, completion: int, cached: int = 0, cache_writes: int = 0) -> float:
        """US dollars; ``cached`` and ``cache_writes`` are parts of ``prompt``, and never more of it than there is."""
        cached = min(cached, prompt)
        written = min(cache_writes, prompt - cached)
        read = self.input if self.cached_input is None else self.cached_input
        write = self.input if self.cache_write is None else self.cache_write
        spent = (prompt - cached - written) * self.input + cached * read + written * write + completion * self.output
        return spent / 1_000_000


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
    sources: Mapping[str, PriceSource] = {}
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
