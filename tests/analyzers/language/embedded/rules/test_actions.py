"""Who will do what by when: one item for a matter, however often it is spoken of."""

from __future__ import annotations

import pytest

from analyzers.language.annotations import SpanType
from tests.analyzers.language.embedded_calls import found


def items(*turns: str) -> list[tuple[object, object, object]]:
    spans = {str(s.value): s for s in found(SpanType.ACTION, *turns) if s.holds}  # several clauses may speak of one
    return [(s.attributes["owner"], s.attributes["kind"], s.attributes.get("deadline")) for s in spans.values()]


def test_an_offer_taken_up_and_confirmed_is_one_item() -> None:
    assert items(
        "A: I can have our security overview sent to you.",
        "U: Yes please, today if you can.",
        "A: You'll have it in your inbox today.",
    ) == [("support", "document_share", "today")]


def test_an_answer_from_a_specialist_is_a_follow_up_of_sales() -> None:
    turns = (
        "U: Does it work with Xero?",
        "A: I don't know. I'll ask a specialist to confirm it.",
        "U: When?",
        "A: You'll hear from them by Tuesday.",
    )
    assert items(*turns) == [("sales", "follow_up", "by Tuesday")]


def test_an_offer_declined_is_nothing() -> None:
    assert items("A: Shall I send you the guide?", "U: No, I'll manage.") == []


def test_a_call_asked_for_later_is_owed_by_sales() -> None:
    assert items("A: Anything else?", "U: Call me back on the fourth of May.", "A: I'll note that.") == [
        ("sales", "follow_up", "the fourth of May")
    ]


@pytest.mark.parametrize(
    ("said", "deadline"),
    [
        ("I'll have Mirko scan the old ones tomorrow.", "tomorrow"),
        ("No bother, I'll ask our bookkeeper.", None),
        ("I'll put it in front of the owner next Monday.", "next Monday"),
        ("I have to speak with my partner first.", None),
        ("I'll send you the names in eleven days.", "in eleven days"),
        ("We'll send it by 1/15.", "by 1/15"),
        ("I'll email it before 3 January.", "3 January"),
        ("I will send the form by Nov 30th.", "Nov 30th"),
        ("I'll check that by end of month.", "end of month"),
    ],
)
def test_what_the_caller_takes_on_is_a_commitment(said: str, deadline: str | None) -> None:
    assert items("A: What happens next?", f"U: {said}") == [("user", "commitment", deadline)]


@pytest.mark.parametrize(
    "said",
    [
        "I'll give you that.",
        "Let me see.",
        "I'm sending it right now.",
        "I'll leave it there for today.",
        "I won't send anything.",
        "I am telling you, it's chaos.",
    ],
)
def test_sayings_and_what_is_done_on_the_spot_are_no_commitments(said: str) -> None:
    assert items("A: What happens next?", f"U: {said}") == []
