"""Costs are prices times quantities, and what is not known is null, never 0 (spec 3.6; contract: cost by provider)."""

from __future__ import annotations

from typing import Any

import pytest

from analyzers.performance import performance
from contract.platform.price_book import PriceBook, price_of
from tests.analyzers.recorded_calls import REFERENCE, recorded_call

MODELS = {"llm": "gpt-4.1-mini", "stt": "deepgram/nova-3", "tts": "elevenlabs/eleven_turbo_v2_5"}
REPLY = {
    "prompt_tokens": 1000,
    "completion_tokens": 100,
    "total_tokens": 1100,
    "stt_audio_duration": 30.0,
    "tts_characters_count": 200,
}
BOOK = REFERENCE.table(PriceBook)


def report_of(metrics: list[dict[str, Any]], **fields: Any) -> Any:
    return performance(recorded_call(metrics=metrics, **({"models": MODELS, "duration_seconds": 120} | fields)), REFERENCE)


def test_each_component_costs_its_quantity_times_its_price() -> None:
    cost = report_of([REPLY, REPLY]).cost
    assert cost.llm == pytest.approx((2000 * BOOK.llm["gpt-4.1-mini"].input + 200 * BOOK.llm["gpt-4.1-mini"].output) / 1e6)
    assert cost.stt == pytest.approx(1.0 * BOOK.stt["deepgram/nova-3"].per_minute)
    assert cost.tts == pytest.approx(0.4 * BOOK.tts["elevenlabs/eleven_turbo_v2_5"].per_thousand_characters)
    assert cost.livekit == pytest.approx(2.0 * BOOK.livekit.per_minute)
    assert cost.total == pytest.approx(cost.llm + cost.stt + cost.tts + cost.livekit, abs=1e-8)
    assert (cost.complete, cost.currency, cost.price_book) == (True, "USD", BOOK.dated.isoformat())


def test_each_line_names_its_provider() -> None:
    assert [line.provider for line in report_of([REPLY]).cost.lines] == ["OpenAI", "Deepgram", "ElevenLabs", "LiveKit"]


def test_a_model_without_a_price_leaves_its_cost_and_the_total_null() -> None:
    report = report_of([REPLY], models=MODELS | {"llm": "gpt-9-ultra"})
    assert (report.cost.llm, report.cost.total, report.cost.complete) == (None, None, False)
    assert report.cost.known_total == pytest.approx(report.cost.stt + report.cost.tts + report.cost.livekit, abs=1e-8)
    assert (report.cost.lines[0].provider, report.cost.lines[0].reason) == ("OpenAI", "price_missing")
    assert "price of gpt-9-ultra is missing" in report.cost.missing[0]
    assert "price" in [recommendation.area for recommendation in report.recommendations]


def test_use_of_an_unnamed_model_has_no_cost() -> None:
    line = report_of([REPLY], models={}).cost.lines[0]
    assert (line.usd, line.reason, line.quantity) == (None, "model_unknown", 1100)


def test_what_was_not_measured_costs_null() -> None:
    cost = report_of([{"prompt_tokens": 10, "completion_tokens": 1}], duration_seconds=None).cost
    assert (cost.stt, cost.tts, cost.livekit, cost.total) == (None, None, None, None)
    assert {line.reason for line in cost.lines[1:]} == {"not_measured"}


def test_dated_and_prefixed_model_names_find_their_price() -> None:
    assert price_of(BOOK.llm, "gpt-4.1-mini-2025-04-14") == BOOK.llm["gpt-4.1-mini"]
    assert price_of(BOOK.llm, "openai/gpt-4o") == BOOK.llm["gpt-4o"]
    assert price_of(BOOK.stt, "deepgram/nova-3:en") == price_of(BOOK.stt, "nova-3") == BOOK.stt["deepgram/nova-3"]
    assert price_of(BOOK.llm, "gpt-4.1-mini-experimental") is None
    assert price_of(BOOK.llm, "") is None


def test_reported_totals_of_older_documents_are_used_and_a_zero_amount_is_priced_from_its_quantity() -> None:
    summary = {
        "openai_tokens": 24568,
        "openai_cost": 0.0036852,
        "deepgram_minutes": 1.5,
        "deepgram_cost": 0.0,
        "cartesia_characters": 1000,
        "cartesia_cost": 0.0,
    }
    report = report_of([], models={}, cost_summary=summary)
    cost = report.cost
    assert [line.source for line in cost.lines] == ["reported", "estimated", "estimated", "measured"]
    assert [line.provider for line in cost.lines] == ["OpenAI", "Deepgram", "Cartesia", "LiveKit"]
    assert cost.llm == 0.0036852
    assert cost.stt == pytest.approx(1.5 * BOOK.stt["deepgram/nova-3"].per_minute)
    assert cost.tts == pytest.approx(BOOK.tts["cartesia/sonic-2"].per_thousand_characters)
    assert cost.complete
    assert (report.status, report.tokens.total, report.tokens.source, report.tokens.prompt) == ("ok", 24568, "reported", None)


@pytest.mark.parametrize("summary", [None, [], "free", {"openai_cost": "0.1", "deepgram_minutes": -1, "cartesia_characters": True}])
def test_unusable_reported_totals_are_unknown(summary: object) -> None:
    cost = report_of([], models={}, cost_summary=summary).cost
    assert (cost.llm, cost.stt, cost.tts, cost.total) == (None, None, None, None)


def test_measured_replies_come_before_reported_totals() -> None:
    cost = report_of([REPLY], cost_summary={"openai_cost": 9.0, "openai_tokens": 1}).cost
    assert cost.lines[0].source == "measured"


def test_tokens_without_their_split_are_priced_as_prompt_and_marked_estimated() -> None:
    line = report_of([{"total_tokens": 500}, REPLY]).cost.lines[0]
    assert line.usd == pytest.approx((1500 * 0.4 + 100 * 1.6) / 1e6)
    assert line.source == "estimated"


def test_tokens_add_up_over_measured_replies() -> None:
    tokens = report_of([REPLY, {"prompt_tokens": 500, "completion_tokens": 100}, {"prompt_tokens": None}]).tokens
    assert (tokens.prompt, tokens.completion, tokens.total, tokens.measured_replies) == (1500, 200, 1700, 2)
    assert (tokens.per_turn, tokens.max_per_turn) == (850, 1100)
    assert (tokens.prompt_share, tokens.completion_share) == (0.8824, 0.1176)


def test_cost_by_model_shows_the_tier_and_its_prices() -> None:
    (entry,) = report_of([REPLY]).cost_by_model
    assert (entry.model, entry.tier, entry.input_price, entry.output_price, entry.total_tokens) == (
        "gpt-4.1-mini",
        "GPT-4.1 mini",
        0.4,
        1.6,
        1100,
    )
