"""Cue phrases are looked up by their first two words: every way in which a phrase may go on has to lead to it."""

import pytest

from analyzers.language.embedded.text.cues import CueMatcher
from analyzers.language.embedded.text.words import lowered, words_of


def found(phrase: str, text: str) -> list[str]:
    low = lowered(text)
    return [low[hit.start : hit.end] for hit in CueMatcher({"cue": (phrase,)}).hits(low, words_of(low)).get("cue", [])]


@pytest.mark.parametrize(
    ("phrase", "text", "hits"),
    [
        ("how much", "So how much is it?", ["how much"]),
        ("how much", "How? Much later.", []),
        ("how much", "How, um, much is it?", ["how, um, much"]),
        ("price", "What is the price", ["price"]),
        ("too (expensive|dear)", "It is too dear for us", ["too dear"]),
        ("too [very] dear", "too dear, too very dear, too old", ["too dear", "too very dear"]),
        ("send ... quote", "send quote, send me a quote", ["send quote", "send me a quote"]),
        ("we go*", "we go, we going, we stay", ["we go", "we going"]),
        ("we sign*", "we signed it", ["we signed"]),
        ("i @ it", "i want it, i it", ["i want it"]),
        ("# people", "twenty five people", ["twenty five people", "five people"]),
        ("for # people", "for twenty five people, for 7 people", ["for twenty five people", "for 7 people"]),
        ("don't know", "I dont know, I don't know", ["dont know", "don't know"]),
        ("[well] [so] no", "well so no. so no. no", ["well so no", "so no", "no", "so no", "no", "no"]),
    ],
)
def test_a_phrase_is_found_however_it_goes_on(phrase: str, text: str, hits: list[str]) -> None:
    assert found(phrase, text) == hits
