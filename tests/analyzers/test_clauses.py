"""What is shown of a quote is a whole clause, in the caller's own words."""

from __future__ import annotations

import pytest

from analyzers.clauses import LONGEST, MARK, clause_at
from analyzers.language.embedded.text.words import Sentence


def shown(text: str, quote: str, focus: str = "") -> str:
    start = text.index(quote)
    at = text.find(focus, start) if focus else -1
    found = clause_at(text, start, start + len(quote), Sentence(at, at + len(focus)) if at >= 0 else None)
    assert found is not None
    return found.shown(text)


def test_half_a_sentence_grows_to_the_whole_of_it() -> None:
    text = "We do the panel design in Aurora, that then goes to the customer. Next question."
    assert shown(text, "the panel design in Aurora, that") == "We do the panel design in Aurora, that then goes to the customer."


def test_fillers_and_conjunctions_at_the_edges_are_left_out() -> None:
    assert shown("And, um, well, we wait two weeks, you know", "we wait") == "we wait two weeks"


def test_a_word_said_twice_at_the_start_is_said_once() -> None:
    text = "I, uh, I look after three hundred doors."
    assert shown(text, text) == "I look after three hundred doors."


@pytest.mark.parametrize("end", ["and", "because the", "so that", "with", "of my", "which"])
def test_an_open_end_is_left_out(end: str) -> None:
    assert shown(f"they print it and scan it back {end}", "they print") == "they print it and scan it back"


def test_what_is_stopped_with_a_preposition_is_whole() -> None:
    assert shown("That's the thing I was scared of.", "scared") == "That's the thing I was scared of."


def test_a_long_sentence_is_shown_from_the_clause_that_matters() -> None:
    text = (
        "If there's a guarantor you need the guarantee, if it's Quebec you need the French, if the equipment is big you need the"
        " insurance rider, and we had eleven leases fund without the guarantee attached."
    )
    assert shown(text, text, "eleven leases") == "we had eleven leases fund without the guarantee attached."


def test_the_first_half_of_a_sentence_is_never_shown_alone() -> None:
    text = "when somebody signs up with us, there is a pack that " + "goes out with everything in it and more " * 4
    assert not shown(text, text).startswith("when somebody signs up with us.")
    assert len(shown(text, text)) > len("when somebody signs up with us")


def test_endless_speech_is_cut_at_a_word_with_a_mark() -> None:
    text = "new clients get the service agreement the bank mandate the agent form " * 6
    found = shown(text, text)
    assert found.endswith(MARK)
    assert len(found) <= LONGEST
    assert text.startswith(found.removesuffix(MARK) + " ")


def test_one_endless_word_is_cut_inside() -> None:
    assert len(shown("a" * 500, "a" * 500)) <= LONGEST


@pytest.mark.parametrize("text", ["um.", "...", "and", "no", "  "])
def test_nothing_but_fillers_gives_something_or_nothing_and_no_error(text: str) -> None:
    found = clause_at(text, 0, len(text))
    assert found is None or found.shown(text) in text


def test_the_clause_is_verbatim() -> None:
    text = "So, ehm, the bank\u2019s form — the long one — comes back after a month, and nobody knows why."
    found = clause_at(text, 5, 20)
    assert found is not None
    assert text[found.start : found.end] == found.shown(text)
