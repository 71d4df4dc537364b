"""What a request may cost and did cost, at the list prices of ``data/price_book.yml``; null where the model has no price."""

from __future__ import annotations

from dataclasses import dataclass, replace

from analyzers.language.annotations import TokenUsage
from analyzers.language.openai_engine.reply import Usage
from contract.platform.price_book import PriceBook, TokenPrice, price_of

BATCH_SHARE = 0.5  # a batch is billed at half the list price (OpenAI's Batch API guide)


@dataclass(frozen=True)
class Spent:
    """Tokens and money of the requests made so far for one transcript; ``cost_usd`` is None when any of them has no price."""

    requests: int = 0
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = 0.0

    def plus(self, usage: Usage | None, cost_usd: float | None) -> Spent:
        """With one more request; usage is None where none was reported."""
        cost = None if cost_usd is None or self.cost_usd is None else self.cost_usd + cost_usd
        if usage is None:
            return replace(self, requests=self.requests + 1, cost_usd=cost)
        return Spent(
            self.requests + 1,
            self.input_tokens + usage.input,
            self.cached_tokens + usage.cached,
            self.output_tokens + usage.output,
            cost,
        )


@dataclass(frozen=True)
class Pricing:
    """The price of one model. Without one costs are unknown, and the day's ceiling cannot hold."""

    model: str
    price: TokenPrice | None
    dated: str

    def cost(self, usage: Usage, *, batch: bool = False) -> float | None:
        """US dollars of a request; cached input at its own price. None without a price."""
        if self.price is None:
            return None
        cost = self.price.cost(usage.input, usage.output, usage.cached, usage.cache_writes)
        return cost * (BATCH_SHARE if batch else 1.0)

    def most(self, input_tokens: int, output_tokens: int, *, batch: bool = False) -> float:
        """US dollars that a request can cost at most: nothing of it cached, all of it written to the cache. 0 without a price."""
        return self.cost(Usage(input_tokens, output_tokens, cache_writes=input_tokens), batch=batch) or 0.0

    def usage(self, spent: Spent, *, batch: bool = False) -> TokenUsage | None:
        """None where nothing was asked."""
        if not spent.requests:
            return None
        return TokenUsage(
            model=self.model,
            requests=spent.requests,
            input_tokens=spent.input_tokens,
            cached_tokens=spent.cached_tokens,
            output_tokens=spent.output_tokens,
            cost_usd=None if spent.cost_usd is None else round(spent.cost_usd, 6),
            price_book=self.dated,
            batch=batch,
        )


def pricing_of(book: PriceBook, model: str) -> Pricing:
    return Pricing(model, price_of(book.llm, model), book.dated.isoformat())
