"""Which of several figures of a call stands."""

from __future__ import annotations

import pytest

from analyzers.language.annotations import Span, SpanType
from analyzers.single_facts import chosen, whole
from tests.analyzers.language.embedded_calls import found

OPENING = ("A: Hello, is it okay that this is transcribed?", "U: Sure.")
TEAM, VOLUME = "A: How many people would be using it?", "A: How many contracts do you send a month?"


def standing(kind: SpanType, *turns: str) -> int | None:
    def users(span: Span) -> int | None:
        return whole(span) if span.attributes.get("kind", "users") == "users" else None

    fact = chosen(found(kind, *OPENING, *turns), users)
    return fact.value if fact else None


def team(*turns: str) -> int | None:
    return standing(SpanType.TEAM_SIZE, *turns)


def volume(*turns: str) -> int | None:
    return standing(SpanType.MONTHLY_VOLUME, *turns)


@pytest.mark.parametrize("asked", ["So there are 12 of you, right?", "You have 12 people on the team, is that right?"])
@pytest.mark.parametrize("reply", ["Yes.", "Correct.", "That's right.", "Exactly, yes."])
def test_a_team_the_agent_checks_and_the_caller_confirms_stands(asked: str, reply: str):
    assert team(f"A: {asked}", f"U: {reply}") == 12


def test_a_team_the_caller_denies_does_not_stand():
    assert team("A: So there are 12 of you, right?", "U: No.") is None
    assert team("A: So there are 12 of you, right?", "U: No, we're nine.") == 9


@pytest.mark.parametrize("reply", ["Yes, that's it.", "Right.", "Correct, about that."])
def test_a_volume_the_agent_checks_and_the_caller_confirms_stands(reply: str):
    assert volume("A: You send about 450 contracts a month, is that right?", f"U: {reply}") == 450


@pytest.mark.parametrize(
    ("said", "summed", "people"),
    [
        ("We were nine, two left, and one is at reception", "So six, then.", 6),
        ("Eight on the payroll but three of those never send any", "That leaves five. Does it have to connect to anything?", 5),
        ("Ada, me, and the weekend clerk", "Three people, then.", 3),
    ],
)
def test_the_agents_sum_stands_before_what_the_caller_counted(said: str, summed: str, people: int):
    assert team(TEAM, f"U: {said}", f"A: {summed}", "U: Can it do reminders?") == people


def test_the_seats_of_a_price_are_the_callers_and_the_limit_of_a_plan_is_not():
    assert team(TEAM, "U: Four and the boss", "A: Five seats come to two hundred dollars a month.", "U: Okay.") == 5
    assert team(TEAM, "U: Four of us", "A: The plan covers up to ten users.", "U: Okay.") == 4


def test_a_volume_taken_back_after_the_agents_echo_is_replaced():
    assert volume(VOLUME, "U: Around 50.", "A: Fifty.", "U: No, fifteen, not fifty.") == 15


@pytest.mark.parametrize("echo", ["Sorry, could you say that again?", "Pardon?", "I didn't catch that.", "Twenty?"])
def test_the_answer_that_is_asked_for_again_replaces_the_first(echo: str):
    assert team(TEAM, "U: Twenty", f"A: {echo}", "U: Twenty two people.") == 22


def test_another_person_on_the_line_may_correct():
    assert team(TEAM, "U: We are eleven.", "U: No, not any more, it is seven now.", "U: Oh yes, seven.") == 7


def test_a_number_of_the_next_answer_is_no_correction():
    assert team(TEAM, "U: Eight of us.", "A: Eight, noted. And what would you spend?", "U: No more than 300 dollars.") == 8
    assert volume(VOLUME, "U: Sixty.", "A: Sixty. And how many of you send them?", "U: Sorry, four.") == 60


def test_just_two_is_not_alone():
    assert team(TEAM, "U: Nine.", "A: Nine?", "U: Sorry, no, two. Only me and my brother.") == 2
