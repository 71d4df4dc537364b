"""When it will be decided and by whom, said in ways that name neither."""

from __future__ import annotations

import pytest

from analyzers.language.annotations import SpanType
from tests.analyzers.language.embedded_calls import found

TALK = ("A: Hello, is it okay that this is transcribed?", "U: Sure.", "A: What are you looking for?")


def timelines(*turns: str) -> list[tuple[object, object]]:
    return [(s.value, s.attributes.get("bucket")) for s in found(SpanType.DECISION_TIMELINE, *TALK, *turns)]


def deciders(*turns: str) -> list[object]:
    return [s.value for s in found(SpanType.BUDGET_AUTHORITY, *TALK, *turns)]


def test_of_words_within_words_the_longest_counts():
    assert timelines("U: we want to pick one next thursday") == [("next thursday", "this_month")]


def test_a_limit_belongs_to_the_month_it_limits_and_the_calendar_places_it():
    assert timelines("U: it has to be in place before January") == [("before January", None)]


def test_starting_is_an_intention_even_as_a_question_but_an_appointment_is_not():
    assert timelines("U: what do we need to get started today?") == [("today", "this_week")]
    assert timelines("U: can you ring me on friday?") == []


def test_what_happens_at_a_time_without_a_decision_is_no_timeline():
    assert timelines("U: the leaflets came on monday and they were damp") == []


@pytest.mark.parametrize(
    "said",
    [
        "it's my studio, there is nobody else to ask",
        "I run a small bakery",
        "me and my sister do everything",
        "that price is fine, I'll take it",
        "the finance people already approved the budget for this",
    ],
)
def test_owning_buying_or_having_the_money_is_deciding(said: str):
    assert "decision_maker" in deciders(f"U: {said}")


@pytest.mark.parametrize(
    "said", ["I'll take it once my manager has to approve it", "if I'll take it depends on the board approves"]
)
def test_buying_words_do_not_decide_where_somebody_else_does(said: str):
    assert "decision_maker" not in deciders(f"U: {said}")


WHO = "A: Who decides about the purchase?"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("my father has to say yes first", "needs_approval"),
        ("the trustees will have to release the money", "needs_approval"),
        ("my sister holds the purse strings", "needs_approval"),
        ("I pick the tool but our director needs to sign", "needs_approval"),
        ("the headmaster is the one who decides", "influencer"),
        ("Our CTO.", "influencer"),
        ("I've been asked to look around a bit", "influencer"),
        ("I can approve it myself", "decision_maker"),
        ("No, that's my call.", "decision_maker"),
        ("nobody else has to approve", "decision_maker"),
    ],
)
def test_who_agrees_who_chooses_and_who_pays_are_told_apart(said: str, meant: str):
    assert deciders(WHO, f"U: {said}")[-1] == meant


def test_whatever_we_decide_does_not_say_who_decides():
    assert deciders("U: whatever we decide it has to be quick") == []


def test_it_is_answers_whether_the_decision_is_ones_own():
    assert deciders("A: Is that your own decision?", "U: It is.") == ["decision_maker"]


@pytest.mark.parametrize(
    "said",
    [
        "I only started here on Wednesday",
        "I'll forward you the form by Thursday",
        "we met the accountant on Tuesday",
        "the signatures don't show up now",
    ],
)
def test_errands_and_things_past_are_no_timeline(said: str):
    assert timelines(f"U: {said}") == []


def test_days_without_a_month_are_times():
    assert timelines("U: we want to decide by the twelfth, no later") == [("by the twelfth", None)]


def test_the_time_beside_the_deciding_is_the_surest():
    spans = found(SpanType.DECISION_TIMELINE, *TALK, "U: we have to pick one by Friday so that we can start before March")
    assert max(spans, key=lambda s: s.confidence).value == "by Friday"


@pytest.mark.parametrize("said", ["let me think about it", "maybe later, when we're bigger", "I'm just looking around"])
def test_thinking_about_it_is_evaluating(said: str):
    assert {bucket for _, bucket in timelines(f"U: {said}")} == {"evaluating"}


def test_thinking_about_it_gives_way_to_a_time_that_is_named():
    later = ("A: When would you decide?", "U: we will decide this month")
    assert timelines("U: let me think about it", *later) == [("this month", "this_month")]
