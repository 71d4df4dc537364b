"""How many documents a month, said without the word document."""

from __future__ import annotations

import pytest

from analyzers.language.annotations import SpanType
from tests.analyzers.language.embedded_calls import found

TALK = ("A: Hello, is it okay that this is transcribed?", "U: Sure.", "A: Tell me about your work.")


def volumes(*turns: str) -> list[object]:
    return [s.value for s in found(SpanType.MONTHLY_VOLUME, *TALK, *turns)]


@pytest.mark.parametrize(
    ("said", "monthly"),
    [
        ("about forty a week, give or take", 173),
        ("a dozen a day across all of us", 260),
        ("I send three menus a month", 3),
        ("we have two hundred shops and ten of them a month need a new one", 10),
        ("right now thirty a month and later maybe ninety a month", 30),
    ],
)
def test_a_number_beside_its_period_is_a_volume(said: str, monthly: int):
    assert volumes(f"U: {said}") == [monthly]


@pytest.mark.parametrize("said", ["we pay about twelve thousand a year for it", "I need a day a week for that", "two trips a year"])
def test_prices_time_and_other_things_are_no_volumes(said: str):
    assert volumes(f"U: {said}") == []


def test_thinking_aloud_in_a_reply_still_states_the_volume():
    spans = found(
        SpanType.MONTHLY_VOLUME, *TALK, "A: How many proposals go out?", "U: what did we have last week, nine a week is fair"
    )
    assert [(s.value, s.modality) for s in spans] == [(39, "asserted")]
