"""An impression sums up how the reader answers a question over all the caller's lines, and where each answer is likeliest."""

from __future__ import annotations

import pytest

from analyzers.language.reader.heads import HEADS
from tests.analyzers.language.embedded_calls import annotated

TURNS = (
    "A: Hello, this call is transcribed, is that all right?",
    "U: Sure, go ahead.",
    "A: Who signs off on something like this?",
    "U: That would be me, I own the place and nobody else has a say in it.",
    "A: And when would you want to start?",
    "U: We have to be live by the first of the month, there is no way around it.",
    "A: What do you use today?",
    "U: Word and a lot of patience.",
    "A: How many go out in a month?",
    "U: Forty leases, give or take.",
)


def test_each_question_has_a_probability_for_each_class() -> None:
    impressions = annotated(*TURNS).impressions
    assert {head: one.classes for head, one in impressions.items()} == dict(HEADS)
    for one in impressions.values():
        for values in (one.mean, one.highest, one.first, one.last):
            assert len(values) == len(one.places) == len(one.classes)
            assert all(0 <= value <= 1 for value in values)
        assert all(mean <= highest for mean, highest in zip(one.mean, one.highest, strict=True))


def test_a_class_is_likeliest_where_it_is_said() -> None:
    authority = annotated(*TURNS).impressions["authority"]
    place = authority.places[authority.classes.index("decision_maker")]
    assert place.item_id == "item_003"
    assert TURNS[3][3:][place.start : place.end].startswith("That would be me")


def test_the_thirds_tell_when_it_was_said() -> None:
    when = annotated(*TURNS, "A: Good.", "U: The invoices are another matter, but fine.").impressions["authority"]
    of_owner = when.classes.index("decision_maker")
    assert when.first[of_owner] > when.last[of_owner]


@pytest.mark.parametrize("turns", [("A: Hello? Can you hear me?",), TURNS[:-2]], ids=["silence", "three lines"])
def test_a_call_of_few_lines_makes_none(turns: tuple[str, ...]) -> None:
    assert annotated(*turns).impressions == {}
