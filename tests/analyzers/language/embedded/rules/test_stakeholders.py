"""Who else is in it, in the caller's own words."""

from __future__ import annotations

import pytest

from analyzers.language.annotations import SpanType
from tests.analyzers.language.embedded_calls import found


def roles(*turns: str) -> dict[object, object]:
    return {s.value: s.attributes["influence"] for s in found(SpanType.STAKEHOLDER, *turns)}


@pytest.mark.parametrize(
    ("said", "role", "influence"),
    [
        ("My warehouse manager would use it too.", "warehouse manager", "user"),
        ("The c f o approves anything over a thousand.", "CFO", "decision_maker"),
        ("Our parish council votes on every purchase.", "parish council", "decision_maker"),
        ("Legal will want to read the terms first.", "legal", "gatekeeper"),
        ("There are four dispatchers who send the confirmations.", "dispatchers", "user"),
        ("Me and Hana own it together.", "co-owner", "decision_maker"),
        ("I have to ask my mother, she decides about money.", "mother", "decision_maker"),
        ("The girls in the office type them up.", "office staff", "user"),
    ],
)
def test_a_person_is_named_as_the_caller_names_them(said: str, role: str, influence: str) -> None:
    assert roles("A: Who else is involved?", f"U: {said}") == {role: influence}


@pytest.mark.parametrize(
    "said",
    [
        "I'm the office manager of a small clinic.",
        "My brother lives in Ohio.",
        "It works and everybody likes it.",
        "The client's lawyers read it twice.",
        "Your sales team called me last week.",
    ],
)
def test_the_caller_strangers_and_bystanders_are_no_stakeholders(said: str) -> None:
    assert roles("A: How is it going?", f"U: {said}") == {}


def test_a_shorter_name_is_the_fuller_one_said_elsewhere() -> None:
    assert list(roles("U: My business partner has to agree to it.", "A: Okay.", "U: I'll ask my partner tonight.")) == [
        "business partner"
    ]
