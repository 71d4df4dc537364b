"""What a request may cost and did cost, at the list prices of ``data/price_book.yml``."""

from __future__ import annotations

from dataclasses import dataclass, replace

from openai.types.responses import ResponseUsage

from analyzers.language.annotations import TokenUsage
from contract.platform.failures import ConfigurationFailure
from contract.platform.price_book import PriceBook, TokenPrice, price_of

BATCH_SHARE = 0.5  # a batch is billed at half the list price (OpenAI's Batch API guide)


@dataclass(frozen=True)
class Spent:
    """Tokens and money of the requests made so far for one transcript."""

    requests: int = 0
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float = 0.0

    def plus(self, usage: ResponseUsage | None, cost_usd: float) -> Spent:
        """With one more request; usage is None where none was reported."""
        if usage is None:
            return replace(self, requests=self.requests + 1, cost_usd=self.cost_usd + cost_usd)
        cached = getattr(usage.input_tokens_details, "cached_tokens", 0) or 0
        return Spent(
            self.requests + 1,
            self.input_tokens + usage.input_tokens,
            self.cached_tokens + cached,
            self.output_tokens + usage.output_tokens,
            self.cost_usd + cost_usd,
        )


@dataclass(frozen=True)
class Pricing:
    """The price of one model. Cached input counts in full: the book has no discount for it, and a ceiling errs on the safe side."""

    model: str
    price: TokenPrice
    dated: str

    def cost(self, input_tokens: int, output_tokens: int, *, batch: bool = False) -> float:
        return self.price.cost(input_tokens, output_tokens) * (BATCH_SHARE if batch else 1.0)

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
            cost_usd=round(spent.cost_usd, 6),
            price_book=self.dated,
            batch=batch,
        )


def pricing_of(book: PriceBook, model: str) -> Pricing:
    """``ConfigurationFailure`` for a model without a price: without one no ceiling can hold."""
    price = price_of(book.llm, model)
    if price is None:
        raise ConfigurationFailure(
            f"The model {model} has no price.",
            "Add it under llm in data/price_book.yml, or set VOICE_OPENAI_MODEL to one there.",
        )
    return Pricing(model, price, book.dated.isoformat())
