"""Systems by how both sides treat them: taken up by the agent as a link, or set aside by the caller."""

from __future__ import annotations

import pytest

from analyzers.language.annotations import SpanType
from tests.analyzers.language.embedded_calls import found


def uses(*turns: str) -> dict[object, object]:
    return {s.value: s.attributes.get("use") for s in found(SpanType.INTEGRATION, *turns) if s.polarity == "affirmed"}


@pytest.mark.parametrize(
    ("caller", "agent", "name"),
    [
        ("The stock numbers sit in Brackwell.", "There is no ready-made Brackwell connector, but the API reaches it.", "brackwell"),
        ("everything lives in tor point, all of it", "We can connect to Tor Point through Zapier.", "tor point"),
        ("Xero, that is where the money is.", "Xero is covered: the invoice is created by the native integration.", "xero"),
        ("Clio. Saves me the copying.", "The matter can be passed on from Clio by webhook.", "clio"),
    ],
)
def test_a_system_the_agent_speaks_of_linking_was_asked_for_also_one_no_list_has(caller: str, agent: str, name: str) -> None:
    assert uses("A: Where do the records live?", f"U: {caller}", f"A: {agent}")[name] == "needed"


def test_what_the_agent_asks_or_offers_alone_was_not_asked_for() -> None:
    assert uses("A: Hello.", "U: We quote roofs.", "A: Shall I connect it to Brackwell?", "U: No.") == {}
    assert uses("A: Hello.", "U: We quote roofs.", "A: Our Stripe integration takes deposits.", "U: I see.") == {}


@pytest.mark.parametrize(
    "aside",
    [
        "The rota is in BambooHR, but leave that alone, please.",
        "BambooHR we have, it has nothing to do with this.",
        "We run BambooHR for leave. That one stays well away from contracts.",
        "There's BambooHR as well, nobody is allowed to connect anything to it.",
    ],
)
def test_a_system_to_be_left_alone_is_in_use_and_never_needed(aside: str) -> None:
    spoken = uses("A: Which other systems should it connect to?", f"U: {aside}", "A: Noted, no link to BambooHR then.")
    assert spoken["bamboohr"] == "in_use"


def test_the_verb_make_is_no_system() -> None:
    assert uses("A: What should it connect to?", "U: It has to make the bill by itself, make sense? Make it quick.") == {}
    assert uses("A: What should it connect to?", "U: Make dot com, we build our flows there.") == {"make.com": "needed"}
