"""Interest in buying, by its strength."""

from __future__ import annotations

import pytest

from analyzers.language.annotations import SpanType
from tests.analyzers.language.embedded_calls import found

TALK = ("A: Hello, is it okay that this is transcribed?", "U: Sure.", "A: What do you do?", "U: We clean windows.")


def strengths(*turns: str) -> list[object]:
    return [s.attributes["strength"] for s in found(SpanType.BUYING_SIGNAL, *TALK, *turns)]


@pytest.mark.parametrize(
    ("agent", "caller", "strength"),
    [
        ("Shall we set up a call with a specialist?", "Monday at three is open.", "strong"),
        ("When could you talk to a specialist?", "tomorrow four in the afternoon", "strong"),
        ("Anything else?", "Where do I put the company card?", "strong"),
        ("What about money?", "The board signed off last month, we have the money.", "strong"),
        ("It starts at nineteen dollars.", "And what would that run us for eleven people?", "medium"),
        ("I can send you that.", "Good, I'll put it in front of the owner on Sunday.", "medium"),
        ("When would you like to start?", "We want to decide before Christmas.", "medium"),
        ("It sends the reminders by itself.", "Oh that's brilliant.", "weak"),
    ],
)
def test_each_sign_of_interest_has_its_strength(agent: str, caller: str, strength: str) -> None:
    assert strengths(f"A: {agent}", f"U: {caller}") == [strength]


@pytest.mark.parametrize(
    ("agent", "caller"),
    [
        ("What does your company do?", "I'm in it now, and we're in logistics."),
        ("When would you start?", "Not before the audit is over in January."),
        ("Could we email you by Monday? Would that be soon enough?", "Monday would do."),
        ("What do you use?", "We use DocuSign and it's brilliant."),
        ("Is that all?", "Yes, that's great, thanks, bye!"),
        ("Shall I book a call?", "No, not this week."),
    ],
)
def test_politeness_put_offs_and_other_products_are_no_signals(agent: str, caller: str) -> None:
    assert strengths(f"A: {agent}", f"U: {caller}") == []


def test_two_short_sentences_that_say_the_same_are_one_signal() -> None:
    spans = found(SpanType.BUYING_SIGNAL, *TALK, "A: Shall I order it for you?", "U: Sign us up. Let's do it.")
    assert [s.quote for s in spans] == ["Sign us up. Let's do it."]
