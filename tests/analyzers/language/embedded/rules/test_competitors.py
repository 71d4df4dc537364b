"""What another product is to the caller, and the feeling toward it."""

from __future__ import annotations

import pytest

from analyzers.language.annotations import SpanType
from tests.analyzers.language.embedded_calls import found


@pytest.mark.parametrize(
    ("agent", "caller", "context", "sentiment"),
    [
        ("What do you use?", "DocuSign. It crashes on the tablet and they charge us per envelope.", "current", "negative"),
        ("What do you use?", "SignNow. It does the job.", "current", "neutral"),
        ("What do you use?", "Adobe Sign, and no complaints, it's very solid.", "current", "positive"),
        ("Anything before?", "We tried Proposify two years ago, it was clunky and we cancelled it.", "past", "negative"),
        ("Who else is in the picture?", "We've got a trial of Qwilr too, and it's really slick.", "considering", "positive"),
        ("Anything else?", "How is this different from DocuSign?", "comparison", "neutral"),
    ],
)
def test_context_and_feeling(agent: str, caller: str, context: str, sentiment: str) -> None:
    spans = found(SpanType.COMPETITOR, f"A: {agent}", f"U: {caller}")
    assert [(s.attributes["context"], s.attributes["sentiment"]) for s in spans] == [(context, sentiment)]


def test_the_feeling_is_toward_each_product_by_itself() -> None:
    spans = found(SpanType.COMPETITOR, "A: What have you seen?", "U: Proposify kept crashing on me. Qwilr is slick though.")
    assert {s.value: s.attributes["sentiment"] for s in spans} == {"Proposify": "negative", "Qwilr": "positive"}
