"""A lower price that is asked, offered or simply named is an objection to the price; a plain refusal is one without a reason."""

from __future__ import annotations

import pytest

from analyzers.language.annotations import ActKind, SpanType
from analyzers.language.embedded import EmbeddedEngine
from contract.platform.settings import PROJECT_ROOT
from contract.reference import Reference
from evaluation.corpus import corpus_counts, corpus_of
from evaluation.corpus_lines import lines_in
from tests.analyzers.language.embedded_calls import annotated, found

DIALOGUES = PROJECT_ROOT / "data" / "dialogues"


@pytest.mark.parametrize(
    ("agent", "caller"),
    [
        ("The kayak is three hundred and twenty dollars.", "Would you take two fifty for it?"),
        ("The kayak is three hundred and twenty dollars.", "i can do 260"),
        ("I'm asking $90 for the lamp.", "$70"),
        ("I'm asking $90 for the lamp.", "How about seventy and I collect it?"),
        ("It is eleven hundred for the week.", "Is that price negotiable?"),
        ("It is eleven hundred for the week.", "Let's meet in the middle."),
    ],
)
def test_a_lower_offer_is_a_concern_about_the_price(agent: str, caller: str) -> None:
    spans = found(SpanType.OBJECTION, f"A: {agent}", f"U: {caller}")
    assert [(s.attributes["category"], s.attributes["severity"]) for s in spans] == [("pricing", "concern")]


@pytest.mark.parametrize(
    ("agent", "caller"),
    [
        ("I could let it go for 90 dollars.", "Okay, 90 it is."),
        ("It is forty-nine dollars a seat.", "Can you do three o'clock on Tuesday?"),
        ("It is forty-nine dollars a seat.", "We have twelve people."),
        ("That's $120. How many do you need?", "40"),
        ("How many contracts a month?", "I'd say about sixty, we can do sixty."),
        ("It is $45 a month.", "That's what we pay now, 45."),
    ],
)
def test_a_price_that_is_taken_and_other_numbers_are_no_offer(agent: str, caller: str) -> None:
    assert found(SpanType.OBJECTION, f"A: {agent}", f"U: {caller}") == []


def objects(*turns: str) -> bool:
    return any(act.kind is ActKind.OBJECTION for utterance in annotated(*turns).utterances for act in utterance.acts)


def test_a_refusal_is_an_act_of_objection_and_no_finding_without_a_reason() -> None:
    refused = ("A: Would you like to join the mailing list?", "U: No, I'd rather not.")
    assert objects(*refused)
    assert found(SpanType.OBJECTION, *refused) == []
    assert objects("A: Shall I book it for you?", "U: Let me think about it.")
    assert not objects("A: Is there anything else?", "U: No, that's all.")
    assert not objects("A: Do you have it open?", "U: No, it was closed.")


def test_most_of_those_who_bargain_or_refuse_are_heard() -> None:
    counts = corpus_counts(corpus_of(lines_in(DIALOGUES / "bargaining.jsonl")).dialogues, EmbeddedEngine(Reference()))
    _, precision, recall, n = counts["objection"].rates()
    assert n == 19
    assert (precision or 0) >= 0.9
    assert (recall or 0) >= 0.85
