"""Compute what a running call has cost so far, by the price book. Models without a price cost 0: the limit is then the time."""

from __future__ import annotations

from livekit.agents.metrics import AgentSessionUsage, LLMModelUsage, STTModelUsage, TTSModelUsage

from contract.platform.price_book import PriceBook, price_of


def call_cost(usage: AgentSessionUsage, minutes: float, prices: PriceBook) -> float:
    """Return US dollars for models and for ``minutes`` of LiveKit."""
    return minutes * prices.livekit.per_minute + sum(_model_cost(model, prices) for model in usage.model_usage)


def _model_cost(usage: object, prices: PriceBook) -> float:
    match usage:
        case LLMModelUsage():
            tokens = price_of(prices.llm, usage.model)
            cached, written = usage.input_cached_tokens, usage.input_cache_creation_tokens
            return tokens.cost(usage.input_tokens, usage.output_tokens, cached, written) if tokens else 0.0
        case STTModelUsage():
            minute = price_of(prices.stt, usage.model)
            return usage.audio_duration / 60 * minute.per_minute if minute else 0.0
        case TTSModelUsage():
            characters = price_of(prices.tts, usage.model)
            return usage.characters_count / 1000 * characters.per_thousand_characters if characters else 0.0
        case _:
            return 0.0
