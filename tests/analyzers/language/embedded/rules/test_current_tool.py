"""What documents are made with today, in the labels' normal form: the answer to the question for it settles it."""

from __future__ import annotations

import pytest

from analyzers.language.annotations import SpanType
from tests.analyzers.language.embedded_calls import found


def settled(*turns: str) -> object:
    spans = [s for s in found(SpanType.CURRENT_TOOL, *turns) if s.holds]
    return max(spans, key=lambda span: span.confidence).value if spans else None


@pytest.mark.parametrize(
    ("asked", "answered", "tool"),
    [
        (
            "How do the offers go out today?",
            "Word, then we mail the thing around. Some clients send us theirs on DocuSign.",
            "Word",
        ),
        ("What do you use at the moment?", "Excel and email. We did have Proposify until June.", "Excel and email"),
        (
            "How do you manage that now?",
            "The nurse brings it to the house and they sign it at the kitchen table with a pen.",
            "manual",
        ),
        ("And how are they signed until now?", "We print them and fax them back and forth.", "manual"),
        ("So PandaDoc would replace SignNow, which you use today?", "Yes, that's the one.", "SignNow"),
        ("What are you using now?", "Qwilr. It is pretty.", "Qwilr"),
        ("How are they done at present?", "A thing one of our developers wrote years ago. She has left since.", "in-house tool"),
        ("What do you use today?", "A spreadsheet the yard manager's son built.", "spreadsheets"),
        ("And what do you use at the moment?", "A biro and the back of an envelope.", "manual"),
    ],
)
def test_the_first_way_of_working_in_the_answer_settles_it(asked: str, answered: str, tool: str) -> None:
    assert settled(f"A: {asked}", f"U: {answered}") == tool


def test_a_mention_elsewhere_does_not_outweigh_the_answer() -> None:
    calls = ["A: What do you sign with today?", "U: Paper, all of it.", "A: I see.", "U: We use DocuSign at my husband's firm."]
    assert settled(*calls) == "manual"


def test_without_a_question_a_mention_counts() -> None:
    assert settled("A: Hello.", "U: We're on DocuSign and it is dear.") == "DocuSign"
    assert settled("A: Hello.", "U: Do you work with Word files?") is None
