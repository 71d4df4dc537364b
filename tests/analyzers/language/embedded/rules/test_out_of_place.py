"""Claims of rules and reader alike that the question before, or a failed order, makes into something else."""

from __future__ import annotations

import pytest

from analyzers.language.annotations import Span, SpanType
from analyzers.language.embedded import EmbeddedEngine
from contract.document.session import TranscriptItem
from contract.reference import Reference
from tests.analyzers.language.embedded_calls import ROLES

ENGINE = EmbeddedEngine(Reference())
"""With the trained reader: what it finds is what these rules hold back."""
OPENING = ("A: Hello, is it okay that this is transcribed?", "U: Sure.")
ENDING = ("A: Is there anything else?", "U: No, that is all, goodbye.")


def spans(kind: SpanType, *turns: str) -> list[Span]:
    said = (*OPENING, *turns, *ENDING)
    items = [{"id": f"item_{i:03d}", "role": ROLES[t[0]], "text": t[3:]} for i, t in enumerate(said)]
    return list(ENGINE.annotate([[TranscriptItem.model_validate(item) for item in items]])[0].of_type(kind, "user"))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("What day would suit you for the demo?", "Thursday morning."),
        ("When shall we meet then?", "On Monday at nine."),
        ("When does your contract with them end?", "Next month."),
        ("How long does your trial last?", "Until Sunday."),
        ("When will your manager be back?", "In two weeks."),
    ],
)
def test_the_date_of_something_else_is_no_decision_date(asked: str, said: str):
    assert spans(SpanType.DECISION_TIMELINE, f"A: {asked}", f"U: {said}") == []


def test_a_decision_tied_to_that_date_counts():
    said = "On Friday, and we must decide by Friday."
    assert spans(SpanType.DECISION_TIMELINE, "A: When does your trial end?", f"U: {said}")


@pytest.mark.parametrize("said", ["Around 400 dollars a month.", "We have 9,000 euros for the year.", "Two thousand, maybe."])
def test_the_answer_to_what_may_be_spent_is_a_budget_and_no_objection(said: str):
    talk = ("A: What budget do you have in mind?", f"U: {said}")
    assert [s.value for s in spans(SpanType.BUDGET, *talk)] in ([400], [9000], [2000])
    assert spans(SpanType.OBJECTION, *talk) == []


@pytest.mark.parametrize(
    "said",
    [
        "I would like a refund, please.",
        "You charged me three times this month.",
        "Cancel my account today, please.",
        "My payment was refused and I cannot log in.",
        "The parcel has not arrived yet.",
    ],
)
def test_a_cancellation_or_a_failed_order_is_no_wish_to_buy(said: str):
    assert spans(SpanType.BUYING_SIGNAL, "A: How is the trial going?", f"U: {said}") == []


@pytest.mark.parametrize(
    "said",
    [
        "Can I talk to somebody from your sales team?",
        "I'd like to speak to a human, please.",
        "Could one of your specialists phone me this week?",
        "I would love to book a call with an expert.",
        "Please have a call with one of your people, I'd like a call with a specialist.",
    ],
)
def test_the_wish_to_talk_with_a_person_is_a_buying_signal(said: str):
    talk = ("A: What brings you here?", "U: We make offers for roofs.", "A: I see.", f"U: {said}")
    assert spans(SpanType.BUYING_SIGNAL, *talk)


@pytest.mark.parametrize("said", ["I don't want to talk to a salesperson.", "Nobody needs to call me."])
def test_who_wants_no_call_gives_no_signal(said: str):
    talk = ("A: What brings you here?", "U: We make offers for roofs.", "A: I see.", f"U: {said}")
    assert spans(SpanType.BUYING_SIGNAL, *talk) == []
