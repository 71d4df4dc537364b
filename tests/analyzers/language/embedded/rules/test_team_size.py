"""How many people would use it, where the caller counts and the agent sums up."""

from __future__ import annotations

import pytest

from analyzers.language.annotations import SpanType
from tests.analyzers.language.embedded_calls import found

TALK = ("A: Hello, is it okay that this is transcribed?", "U: Sure.", "A: How many people would be using it?")


def sizes(*turns: str) -> list[object]:
    spans = found(SpanType.TEAM_SIZE, *TALK, *turns)
    return [s.value for s in spans if s.attributes.get("kind") == "users"]


@pytest.mark.parametrize("summed", ["Six.", "Six in all.", "So six in the office.", "Six with the intern, then."])
def test_the_agent_sums_up_what_the_caller_counted(summed: str):
    assert sizes("U: two at the desk, three outside, and the intern", f"A: {summed}") == [6]


def test_what_the_caller_then_denies_is_not_confirmed():
    assert sizes("U: two at the desk and three outside", "A: Six.", "U: no, five of us")[-1] == 5


def test_a_count_within_a_question_to_the_caller_is_a_summary_too():
    assert sizes("U: me, Ada and the twins", "A: And what do the four of you send?") == [4]


def test_the_no_that_answers_a_question_leaves_the_caller_alone():
    talk = ("A: Hello, may I transcribe this?", "U: Sure.", "A: Are others going to use it?", "U: No, just me.")
    assert [s.value for s in found(SpanType.TEAM_SIZE, *talk)] == [1]


@pytest.mark.parametrize("said", ["four of them came back unsigned", "I'll send you two of my contracts"])
def test_some_of_the_things_are_no_people(said: str):
    assert sizes("A: Which papers do you send?", f"U: {said}") == []
