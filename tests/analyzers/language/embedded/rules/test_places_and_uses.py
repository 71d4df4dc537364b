"""Words that look like places or documents and are none."""

from __future__ import annotations

import pytest

from analyzers.language.annotations import SpanType
from tests.analyzers.language.embedded_calls import found

OPENING = ("A: Hello, is it okay that this is transcribed?", "U: Sure.")
WHERE = "A: Where are you calling from?"


@pytest.mark.parametrize("said", ["Pardon?", "Great.", "Right, one second.", "Thanks.", "Excuse me?", "Exactly."])
def test_words_of_courtesy_are_no_places(said: str):
    assert found(SpanType.LOCATION, *OPENING, WHERE, f"U: {said}") == []


@pytest.mark.parametrize("place", ["Aberdeen", "Tulsa, Oklahoma", "San Marcos"])
def test_a_place_stays_the_place_when_the_caller_then_says_fine(place: str):
    spans = found(SpanType.LOCATION, *OPENING, WHERE, f"U: {place}.", "U: Wonderful.")
    assert [s.value for s in spans] == [place]


@pytest.mark.parametrize(
    "said",
    [
        "Fine. Can you offer training?",
        "They offer more.",
        "Don't quote me on that.",
        "I'd estimate it takes a day.",
        "To quote my boss, it works.",
    ],
)
def test_verbs_are_no_documents(said: str):
    assert found(SpanType.USE_CASE, *OPENING, "A: How is the trial going?", f"U: {said}") == []


@pytest.mark.parametrize(
    ("said", "use"), [("We send quotes to builders.", "quotes"), ("It's mostly one long contract.", "contracts")]
)
def test_nouns_still_are(said: str, use: str):
    assert [s.value for s in found(SpanType.USE_CASE, *OPENING, "A: What do you send?", f"U: {said}")] == [use]


@pytest.mark.parametrize(
    "said", ["There is so much paperwork in this office.", "We are drowning in forms.", "I want all of it automated."]
)
def test_a_plain_need_in_reply_to_what_is_hard_is_a_pain(said: str):
    assert found(SpanType.PAIN_POINT, *OPENING, "A: What is hardest for you today?", f"U: {said}")


@pytest.mark.parametrize(
    "said",
    [
        "that's the trouble we're in. So eleven logins.",
        "I don't know where it comes from? Because I'm not the one.",
        "I'm in HR at a foundry.",
        "this is the first question from my IT.",
        "it sat there from Labor Day on",
    ],
)
def test_the_first_word_of_the_next_sentence_a_department_and_a_holiday_are_no_places(said: str) -> None:
    assert found(SpanType.LOCATION, *OPENING, f"U: {said}") == []
