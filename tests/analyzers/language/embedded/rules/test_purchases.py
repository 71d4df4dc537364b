"""A purchase made in the call: the caller decides, now."""

from __future__ import annotations

import pytest

from analyzers.language.annotations import SpanType
from tests.analyzers.language.embedded_calls import annotated

TALK = (
    "A: Hello, may I transcribe this?",
    "U: Sure.",
    "A: Open Settings, then Billing, and enter the card there.",
)


@pytest.mark.parametrize(
    "said",
    [
        "Okay, it says payment received.",
        "Done, I've just paid.",
        "I'll put the card in tonight.",
        "We have just upgraded, all good.",
    ],
)
def test_who_buys_in_the_call_decides_this_week_and_urgently(said: str):
    spans = annotated(*TALK, f"U: {said}").spans
    assert [s.value for s in spans if s.type == SpanType.BUDGET_AUTHORITY] == ["decision_maker"]
    assert "this_week" in [s.attributes.get("bucket") for s in spans if s.type == SpanType.DECISION_TIMELINE]
    assert "high" in [s.value for s in spans if s.type == SpanType.URGENCY]


@pytest.mark.parametrize("said", ["If my boss agrees I'll upgrade today.", "I won't pay today.", "Would it help if we paid?"])
def test_a_condition_a_refusal_and_a_question_buy_nothing(said: str):
    spans = annotated(*TALK, f"U: {said}").spans
    assert not [s for s in spans if s.type == SpanType.BUDGET_AUTHORITY and s.attributes.get("basis") == "statement" and s.holds]


def test_a_purchase_of_something_else_is_none():
    spans = annotated(*TALK[:2], "A: What do you use today?", "U: We have just paid for a new printer.").spans
    assert not [s for s in spans if s.type in (SpanType.DECISION_TIMELINE, SpanType.BUDGET_AUTHORITY)]
