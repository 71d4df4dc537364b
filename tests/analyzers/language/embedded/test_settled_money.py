"""Money is settled by the whole call: a price that was told, and what the caller makes of it."""

from __future__ import annotations

import pytest

from analyzers.language.annotations import Span, SpanType
from analyzers.language.embedded.fitted import BIAS, FittedFact
from tests.analyzers.language.embedded_calls import found

PRICE = "A: For nine people that comes to four hundred and forty dollars a month."


def money(*turns: str) -> list[Span]:
    return [s for s in found(SpanType.BUDGET, *turns) if s.attributes["kind"] != "refused"]


@pytest.mark.parametrize(
    "reply",
    ["U: Right, that's about where I thought it would land.", "U: I can live with that, it's what the printer costs us."],
)
def test_a_price_taken_in_words_no_list_has_is_money(reply: str) -> None:
    (settled,) = money("A: What would you like to know?", "U: What is it for all nine of us?", PRICE, reply)
    assert settled.attributes["kind"] == "accepted"
    assert settled.value is None
    assert settled.quote in reply


@pytest.mark.parametrize(
    "turns",
    [
        (PRICE, "U: No, that's far too much, there's no way we pay that."),
        ("A: What do you send out?", "U: Leases mostly, and the odd letter to the council."),
    ],
)
def test_a_refused_price_or_none_at_all_is_no_money(turns: tuple[str, ...]) -> None:
    assert not money("A: What would you like to know?", "U: Tell me a bit about it first.", *turns)


def test_hints_add_up_to_the_likeliest_label() -> None:
    fact = FittedFact(
        labels=("no", "yes"), accuracy=1.0, rules=0.5, weights={BIAS: [0.0, -1.0], "one": [0.0, 0.7], "two": [0.0, 0.7]}
    )
    assert fact.likelihoods({"one": 1.0, "unknown": 9.0})["yes"] < 0.5 < fact.likelihoods({"one": 1.0, "two": 1.0})["yes"]
    assert sum(fact.likelihoods({"two": 1.0}).values()) == pytest.approx(1.0)
