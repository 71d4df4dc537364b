"""Figures, the current tool and what a rival is to the caller are chosen over the whole call, also where no rule finds them."""

from __future__ import annotations

import pytest

from analyzers.language.annotations import SpanType
from tests.analyzers.language.embedded_calls import found

OPENING = ("A: Hello, this call is transcribed, is that all right?", "U: Sure, go ahead.")


def values(kind: SpanType, *turns: str) -> set[object]:
    return {span.value for span in found(kind, *OPENING, *turns) if span.role == "user" and span.holds}


def test_the_figure_that_the_agent_sums_up_stands() -> None:
    turns = (
        "A: How many agreements go out in a day?",
        "U: Six from the first unit, six from the second unit.",
        "A: Twelve a day then, around two hundred and sixty a month.",
        "U: No no, the second unit is closed for the flooring. Put six.",
        "A: Six a day, so about a hundred and thirty a month. And who prepares them?",
        "U: The merchandisers and two from the stores.",
    )
    assert values(SpanType.MONTHLY_VOLUME, *turns) == {130}


def test_a_figure_of_the_agent_rests_on_the_callers_words() -> None:
    turns = ("A: So five on the road would use it, is that right?", "U: Yes, that's right.")
    spans = [s for s in found(SpanType.TEAM_SIZE, *OPENING, "A: Who writes them?", "U: The reps.", *turns) if s.role == "user"]
    assert {span.value for span in spans} == {5}
    assert all(span.quote in " ".join(turns) for span in spans)


@pytest.mark.parametrize("name", ["Clicksign", "Autenti", "Scrive"])
def test_a_product_that_no_list_has_is_the_current_tool(name: str) -> None:
    turns = ("A: What do you use for signatures today?", f"U: We're on {name} for the contracts, it's been three years now.")
    (tool,) = values(SpanType.CURRENT_TOOL, *turns)
    assert tool == name


def test_paper_is_the_current_tool_whatever_rival_is_named() -> None:
    turns = (
        "A: How do you do it today?",
        "U: We print them out, everybody signs with a pen and they go back by post. It takes an age.",
        "A: I see.",
        "U: My brother in law uses DocuSign at his place and he swears by it.",
    )
    assert values(SpanType.CURRENT_TOOL, *turns) == {"manual"}


@pytest.mark.parametrize(
    ("words", "context"),
    [
        ("We used Proposify until last spring and then got rid of it.", "past"),
        ("I've got a demo with Proposify on Thursday as well, to be fair.", "considering"),
        ("We send everything through Proposify at the moment.", "current"),
    ],
)
def test_what_a_rival_is_to_the_caller_is_heard(words: str, context: str) -> None:
    spans = found(SpanType.COMPETITOR, *OPENING, "A: What brings you here?", f"U: {words}")
    assert {span.attributes["context"] for span in spans} == {context}


@pytest.mark.parametrize(("words", "tool"), [("Clicksign, for the contracts.", "Clicksign"), ("Paper, all of it.", "manual")])
def test_punctuation_is_no_part_of_a_way_of_working(words: str, tool: str) -> None:
    assert values(SpanType.CURRENT_TOOL, "A: What do you use for signatures today?", f"U: We work with {words}") == {tool}


@pytest.mark.parametrize(
    "words",
    [
        "PandaDoc, that's what we use now for all our contracts.",
        "We make them in PandaDoc since the trial began, every quote.",
        "We're on pandadoc today, we send the proposals with pandadoc.",
    ],
)
def test_the_product_itself_is_no_current_tool(words: str) -> None:
    assert values(SpanType.CURRENT_TOOL, "A: What do you use today?", f"U: {words}") == set()


def test_people_of_no_list_are_stakeholders_under_the_names_the_caller_gives() -> None:
    turns = (
        "A: Who would use it on your side?",
        "U: Me and Deb in the office, and the two kennel hands.",
        "A: And who decides on the spend?",
        "U: I pick it, but Marguerite has to sign anything with a price on it.",
    )
    said = found(SpanType.STAKEHOLDER, *OPENING, *turns)
    assert {"Deb in the office", "Marguerite"} <= {str(span.value) for span in said}
    assert {span.attributes["influence"] for span in said if span.value == "Marguerite"} == {"gatekeeper"}
    assert all(span.quote in " ".join(turns) for span in said)


def test_one_person_named_twice_is_one_stakeholder() -> None:
    turns = (
        "A: Who signs off?",
        "U: The practice manager signs off on software.",
        "A: And when?",
        "U: The manager is back on Monday and then she decides.",
    )
    assert values(SpanType.STAKEHOLDER, *OPENING, *turns) == {"practice manager"}


@pytest.mark.parametrize(
    ("words", "liking"),
    [
        ("We left DocuSign in March and nobody has missed it, it ate half our templates.", "negative"),
        ("We're on DocuSign, it's never once let us down, the reps adore it.", "positive"),
        ("We send the contracts with DocuSign at the moment.", "neutral"),
    ],
)
def test_how_a_caller_is_minded_toward_a_rival_is_heard(words: str, liking: str) -> None:
    spans = found(SpanType.COMPETITOR, *OPENING, "A: What do you use today?", f"U: {words}")
    assert {span.attributes["sentiment"] for span in spans} == {liking}


def primary_use(*turns: str) -> object:
    spans = [span for span in found(SpanType.USE_CASE, *OPENING, *turns) if span.attributes["primary"]]
    assert all(span.quote in " ".join(turns) and span.role == "user" for span in spans)
    values = {span.value for span in spans}
    assert len(values) <= 1
    return values.pop() if values else None


def test_the_kind_of_document_that_the_agent_sums_up_is_the_callers() -> None:
    turns = (
        "A: What is it that you send out?",
        "U: What they put their name to before we dig up the drive, with the price at the bottom.",
        "A: So quotes that get signed. How many quotes go out in a month?",
        "U: Thirty, thirty-five.",
        "A: Thirty-five quotes a month then.",
    )
    assert primary_use(*turns) == "quotes"


def test_a_passing_word_for_a_document_is_not_what_they_make() -> None:
    turns = ("A: What made you look?", "U: My invoice from you was wrong and nobody at support picks up the phone.")
    assert primary_use(*turns) is None


def test_a_word_in_the_name_of_a_product_is_no_kind_of_document() -> None:
    said = found(
        SpanType.USE_CASE, *OPENING, "A: And the rest?", "U: My cousin is on Better Proposals for her tents, we do let agreements."
    )
    assert {span.value for span in said} == {"contracts"}
