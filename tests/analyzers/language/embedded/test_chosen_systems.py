"""Whether a system is to be connected, merely in use or neither is told by the whole call, for names of no list too."""

from __future__ import annotations

import pytest

from analyzers.language.annotations import SpanType
from tests.analyzers.language.embedded_calls import found

OPENING = ("A: Hello, this call is transcribed, is that all right?", "U: Sure, go ahead.")


def uses(*turns: str) -> dict[str, set[object]]:
    spans: dict[str, set[object]] = {}
    for one in found(SpanType.INTEGRATION, *OPENING, *turns):
        if one.holds:
            spans.setdefault(str(one.value).lower(), set()).add(one.attributes["use"])
    return {name: of - {"other"} for name, of in spans.items()}


def test_a_system_of_no_list_that_has_to_be_linked_is_needed() -> None:
    turns = (
        "A: Does it need to connect with anything?",
        "U: Brambleware. The signed copy has to land in there, otherwise we type everything twice.",
        "A: I don't see Brambleware on our list. A specialist would have to confirm that.",
    )
    assert uses(*turns)["brambleware"] == {"needed"}


@pytest.mark.parametrize(
    "reply",
    [
        "We have Xero and I would like Xero left precisely where it is.",
        "Xero, but I don't need it hooked up, I copy the address and I'm happy.",
        "It's Xero for the books, that's my bookkeeper's, leave it.",
    ],
)
def test_a_system_that_is_to_be_left_alone_is_not_needed(reply: str) -> None:
    turns = ("A: Would it need to feed into your accounts?", f"U: {reply}", "A: Understood, we leave Xero alone.")
    assert "needed" not in uses(*turns).get("xero", set())


def test_a_system_that_only_the_question_names_is_needed_where_the_reply_asks_for_it() -> None:
    turns = (
        "A: I have Salesforce in the notes, does it have to be linked?",
        "U: The opportunity has to come across with every line of it, otherwise I can't put this forward.",
        "A: It does that.",
    )
    assert uses(*turns)["salesforce"] == {"needed"}


def test_the_systems_of_a_client_are_nobodys_need() -> None:
    turns = (
        "A: Does it have to connect with another system?",
        "U: Our client is on SAP Ariba, that's their headache, we don't touch it.",
    )
    assert "needed" not in uses(*turns).get("ariba", set())
