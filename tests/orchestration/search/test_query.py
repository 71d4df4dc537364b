"""What a person typed, as clauses."""

import re
from collections.abc import Sequence

import pytest

from contract.platform.failures import ConfigurationFailure
from orchestration.search.query import LONGEST_QUERY, MOST_WORDS, Query, parse


def read(text: str) -> Query:
    def split(texts: Sequence[str]) -> list[list[str]]:
        return [re.findall(r"\w+", part) for part in texts]

    return parse(text, split, lambda words: {word: word.lower() for word in words if word != "the"})


def terms(text: str) -> tuple[list[str], list[list[str]], list[list[str]]]:
    query = read(text)
    clauses = ([[term for _, term in clause.terms] for clause in found] for found in (query.required, query.excluded))
    return list(query.ranking), *clauses


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Salesforce integration", (["salesforce", "integration"], [], [])),
        ('"Salesforce integration" price', (["salesforce", "integration", "price"], [["salesforce", "integration"]], [])),
        ("price -hubspot", (["price"], [], [["hubspot"]])),
        ('price -"too expensive"', (["price"], [], [["too", "expensive"]])),
        ("price -e-sign", (["price"], [], [["e", "sign"]])),
        ("e-sign", (["e", "sign"], [], [])),
        ('"never closed', (["never", "closed"], [["never", "closed"]], [])),
        ("“curly quotes”", (["curly", "quotes"], [["curly", "quotes"]], [])),
        ('mid"word', (["mid", "word"], [], [])),
        ("price price the PRICE", (["price"], [], [])),
        ("price -the -", (["price"], [], [])),
    ],
)
def test_words_phrases_and_exclusions_are_told_apart(text: str, expected: object):
    assert terms(text) == expected


def test_common_words_leave_a_gap_in_a_phrase():
    assert read('"out of the box"').required[0].terms == ((0, "out"), (1, "of"), (3, "box"))


@pytest.mark.parametrize("text", ["", "the", "-price", '"the"', "x" * (LONGEST_QUERY + 1), "word " * (MOST_WORDS + 1)])
def test_what_cannot_be_looked_for_is_wrong_usage(text: str):
    with pytest.raises(ConfigurationFailure):
        read(text)
