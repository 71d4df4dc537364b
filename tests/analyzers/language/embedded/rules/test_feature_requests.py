"""Capabilities wanted, in the caller's words or by the name on the list."""

from __future__ import annotations

import pytest

from analyzers.language.annotations import SpanType
from tests.analyzers.language.embedded_calls import found

TALK = ("A: Hello, is it okay that this is transcribed?", "U: Sure.", "A: What do you do?", "U: We rent out boats.")


def priorities(caller: str, agent: str = "What would help?") -> list[object]:
    return [s.attributes["priority"] for s in found(SpanType.FEATURE_REQUEST, *TALK, f"A: {agent}", f"U: {caller}")]


@pytest.mark.parametrize(
    ("caller", "priority"),
    [
        ("Could the skipper fill in the hours on the dock?", "nice_to_have"),
        ("A clause library would be handy.", "nice_to_have"),
        ("We don't buy anything without single sign-on.", "must_have"),
        ("I need the deposit amount to come across as a field.", "must_have"),
        ("If the safety sheet doesn't come first, we can't use it.", "must_have"),
        ("Is there a way to hide the totals from the crew?", "nice_to_have"),
    ],
)
def test_a_capability_asked_for_is_a_request(caller: str, priority: str) -> None:
    assert priorities(caller) == [priority]


@pytest.mark.parametrize(
    "caller",
    [
        "So what does it cost for six of us?",
        "Can you send me that by Friday?",
        "Can I do that?",
        "Does it connect to Salesforce?",
        "I gotta go, the boat is here.",
        "Can we talk to a person tomorrow?",
    ],
)
def test_prices_errands_and_connections_are_no_features(caller: str) -> None:
    assert priorities(caller) == []
