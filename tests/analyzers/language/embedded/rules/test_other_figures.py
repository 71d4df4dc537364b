"""Figures in reply to 'how many' that count neither people nor documents."""

from __future__ import annotations

import pytest

from analyzers.language.annotations import SpanType
from tests.analyzers.language.embedded_calls import found

OPENING = ("A: Hello, is it okay that this is transcribed?", "U: Sure.")
TEAM, VOLUME = "A: How many people would be using it?", "A: Roughly how many documents go out each month?"


def sizes(*said: str) -> list[object]:
    spans = found(SpanType.TEAM_SIZE, *OPENING, TEAM, *said)
    return [s.value for s in spans if s.attributes.get("kind") == "users"]


def volumes(*said: str) -> list[object]:
    return [s.value for s in found(SpanType.MONTHLY_VOLUME, *OPENING, VOLUME, *said) if s.tense != "past"]


@pytest.mark.parametrize(
    "said",
    [
        "Can I tell you later? Reach me on 212 555 0177.",
        "Not sure, my cell is four one five, five five five, oh one nine two.",
        "Let me look. My extension is 338.",
        "I left it with your colleague, reference 7715.",
        "It is all in ticket #9021.",
        "See order number 55120 for that.",
    ],
)
def test_numbers_that_name_something_count_nobody(said: str):
    assert sizes(f"U: {said}") == []
    assert volumes(f"U: {said}") == []


@pytest.mark.parametrize("said", ["Another tool is 25 per user.", "They charged us 60 a seat.", "$40 each is what we heard."])
def test_a_price_for_a_seat_is_no_team(said: str):
    assert sizes(f"U: Depends. {said}") == []


@pytest.mark.parametrize(
    "said", ["What we have now costs 300 a month.", "We spend 800 a year on it.", "I could pay 120 a month for that."]
)
def test_what_is_paid_a_month_is_no_volume(said: str):
    assert volumes(f"U: Hard to say. {said}") == []


@pytest.mark.parametrize("said", ["We started in 1998.", "We have been here since 2011.", "The firm was founded in twenty twelve."])
def test_the_year_of_a_founding_is_no_team(said: str):
    assert sizes(f"U: Good question. {said}") == []


@pytest.mark.parametrize("said", ["I have had the 30 day trial since Monday.", "I'm only 3 days in.", "Ask me in 6 weeks."])
def test_a_time_is_no_volume(said: str):
    assert volumes(f"U: {said}") == []


@pytest.mark.parametrize("said", ["Under ten.", "Less than eight of us.", "No more than six.", "Seven at most.", "Up to 9 people."])
def test_an_upper_bound_promises_no_team(said: str):
    assert sizes(f"U: {said}") == []


@pytest.mark.parametrize("said", ["Below two hundred.", "Fewer than 150 a month.", "Not even a hundred."])
def test_an_upper_bound_promises_no_volume(said: str):
    assert volumes(f"U: {said}") == []


@pytest.mark.parametrize(("said", "least"), [("More than 40.", 40), ("Over thirty people.", 30), ("At least a dozen.", 12)])
def test_a_lower_bound_is_that_many(said: str, least: int):
    assert sizes(f"U: {said}") == [least]


@pytest.mark.parametrize(
    ("said", "team"),
    [
        ("At my previous job we had sixty people. Here we are four.", 4),
        ("My cousin's firm has 40 users. We have 2.", 2),
        ("The starter plan allows 3 users. We are seven.", 7),
        ("The free tier includes 5 seats, but there are nine of us.", 9),
    ],
)
def test_another_firm_and_a_plan_are_not_the_callers_team(said: str, team: int):
    assert sizes(f"U: {said}") == [team]


@pytest.mark.parametrize(
    ("said", "monthly"),
    [
        ("Each of our 9 agents sends about 20 a month.", 180),
        ("There are six of us and we do ten a month each.", 60),
        ("Every one of the four advisers does 25 a month.", 100),
    ],
)
def test_a_share_of_each_person_is_multiplied(said: str, monthly: int):
    assert volumes(f"U: {said}") == [monthly]


@pytest.mark.parametrize(
    ("said", "monthly"),
    [
        ("Normally forty a month, before Christmas up to 300.", 40),
        ("In peak season it is 250 a month, on average 60.", 60),
        ("In May we had 400, but 90 a month is usual.", 90),
    ],
)
def test_the_usual_month_counts_before_the_peak(said: str, monthly: int):
    assert volumes(f"U: {said}") == [monthly]


@pytest.mark.parametrize(
    ("said", "monthly"),
    [
        ("Two fifty or so.", 250),
        ("About 1:50 a month.", 150),
        ("We issue 2.300 invoices a month.", 2300),
        ("A couple hundred a month.", 200),
        ("Two or three hundred.", 250),
        ("Thousands of them.", 1000),
    ],
)
def test_spoken_and_recognised_shapes_of_numbers_are_read(said: str, monthly: int):
    assert volumes(f"U: {said}") == [monthly]


def test_an_hour_is_no_volume():
    assert volumes("U: No idea. I have a meeting at 2:50.") == []


def test_two_answers_in_one_turn_go_to_their_own_facts():
    talk = (TEAM, "U: Nine of us.", VOLUME, "U: Eighty a month. And we're ten by now, one more since Monday.")
    assert [s.value for s in found(SpanType.MONTHLY_VOLUME, *OPENING, *talk)] == [80]
    assert [s.value for s in found(SpanType.TEAM_SIZE, *OPENING, *talk)][-1] == 10
