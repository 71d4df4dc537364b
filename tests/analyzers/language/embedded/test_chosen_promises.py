"""Of what sounds like a promise only what somebody has to keep is an action, and all that is said of it is its evidence."""

from __future__ import annotations

from analyzers.language.annotations import SpanType
from tests.analyzers.language.embedded_calls import found

OPENING = ("A: Hello, this call is transcribed, is that all right?", "U: Sure, go ahead.")
MIDDLE = ("A: How do you send your quotes today?", "U: In Word, and then we print them.")


def promises(*turns: str) -> list[tuple[object, str]]:
    spans = [span for span in found(SpanType.ACTION, *OPENING, *MIDDLE, *turns) if span.holds]
    return [(span.attributes["owner"], span.quote) for span in spans]


def test_a_promise_and_what_confirms_it_are_one_action_with_a_span_for_each_clause() -> None:
    spans = found(
        SpanType.ACTION,
        *OPENING,
        *MIDDLE,
        "U: Does it work with Xero?",
        "A: I don't know. I'll ask a specialist to confirm it.",
        "U: When?",
        "A: You'll hear from them by Tuesday.",
    )
    agents = [span for span in spans if span.role == "agent"]
    assert [span.quote for span in agents] == ["I'll ask a specialist to confirm it.", "You'll hear from them by Tuesday."]
    assert {(span.attributes["owner"], span.value) for span in agents} == {("sales", "I'll ask a specialist to confirm it")}


def test_an_offer_that_the_caller_declines_is_nobodys_promise() -> None:
    assert promises("A: Shall I send you the guide for in-person signing?", "U: No, I'll manage.") == []


def test_a_firm_promise_that_names_who_keeps_it_always_counts() -> None:
    assert ("sales", "A specialist will send you a quote for ten seats by Friday.") in promises(
        "U: What would ten seats cost?", "A: A specialist will send you a quote for ten seats by Friday."
    )


def test_a_figure_of_speech_is_nobodys_promise() -> None:
    assert promises("A: Let me see if I've got that straight.", "U: Go on then.", "A: You print them, then you post them.") == []


def test_a_promise_in_a_line_that_was_not_read_stays_as_the_rules_found_it() -> None:
    assert ("user", "I'll send it tomorrow, bye.") in promises("A: Anything else?", "U: I'll send it tomorrow, bye.")
