"""The price book says where its prices come from, and prices cached input as what it is."""

from __future__ import annotations

from itertools import chain

import pytest

from contract.platform.price_book import PriceBook, TokenPrice
from contract.platform.settings import Settings
from contract.reference import Reference

BOOK = Reference().table(PriceBook)


def test_every_source_is_one_of_the_book_and_no_price_is_younger_than_the_book():
    named = {price.source for price in chain(BOOK.llm.values(), BOOK.stt.values(), BOOK.tts.values())} - {None}
    assert named <= set(BOOK.sources)
    assert all(source.checked <= BOOK.dated for source in BOOK.sources.values())


def test_the_default_model_has_a_price_that_was_read_and_no_last_day():
    price = BOOK.llm[Settings().openai_model]  # pyright: ignore[reportCallIssue]
    assert (price.source, price.until) == ("openai", None)


def test_cached_input_is_never_dearer_than_other_input():
    assert all((price.cached_input or 0) <= price.input for price in BOOK.llm.values())


def test_each_token_costs_its_own_price_once():
    price = TokenPrice(provider="x", tier="x", input=2.0, cached_input=0.1, cache_write=2.5, output=10.0)
    assert price.cost(1_000_000, 100_000) == pytest.approx(3.0)
    assert price.cost(1_000_000, 0, cached=600_000) == pytest.approx(0.4 * 2 + 0.6 * 0.1)
    assert price.cost(1_000_000, 0, cached=600_000, cache_writes=400_000) == pytest.approx(0.4 * 2.5 + 0.6 * 0.1)


def test_without_a_cached_price_cached_input_counts_in_full_and_more_than_there_is_counts_once():
    price = TokenPrice(provider="x", tier="x", input=2.0, output=10.0)
    assert price.cost(1000, 0, cached=400, cache_writes=100) == price.cost(1000, 0)
    cheap = TokenPrice(provider="x", tier="x", input=2.0, cached_input=0.1, output=10.0)
    assert cheap.cost(1000, 0, cached=5000, cache_writes=5000) == pytest.approx(1000 * 0.1 / 1e6)
