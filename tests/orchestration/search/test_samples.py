"""What people look for in the sample calls, compared with a plain reading of the documents."""

from __future__ import annotations

import re
from datetime import date

import pytest

from contract.document.session import SessionDocument
from orchestration.search.search import search
from tests.support.lake_samples import Lake, sample_documents
from tests.support.searched_calls import names


def found(samples: Lake, text: str, limit: int = 10) -> list[str]:
    return names(search(samples.settings, text, limit=limit))


def texts(document: SessionDocument) -> list[str]:
    return [item.text.lower() for item in document.transcript]


def calls_with(pattern: str) -> set[str]:
    """The counted sample calls one of whose utterances matches."""
    return {
        d.session_id
        for d in sample_documents()
        if not d.test_call and d.consent.obtained is not False and any(re.search(pattern, text) for text in texts(d))
    }


def test_calls_with_both_words_come_before_calls_with_one(samples: Lake):
    both = calls_with(r"\bsalesforce\b") & calls_with(r"\bintegrat(ion|ions|e|es|ed)\b")
    assert len(both) >= 3
    assert set(found(samples, "salesforce integration", limit=len(both))) == both


def test_a_phrase_finds_exactly_the_calls_that_say_it(samples: Lake):
    expected = calls_with(r"salesforce integration")
    assert expected
    assert set(found(samples, '"Salesforce integration"', limit=100)) == expected
    assert found(samples, '"integration salesforce"') == []


def test_a_word_finds_exactly_the_calls_that_say_it(samples: Lake):
    for word in ("hubspot", "docusign", "lawyer"):
        assert set(found(samples, word, limit=100)) == calls_with(rf"\b{word}(s|['’]s|s['’])?\b"), word


def test_a_plural_finds_the_singular_and_the_other_way_round(samples: Lake):
    singular, plural = found(samples, "integration", limit=100), found(samples, "INTEGRATIONS", limit=100)
    assert singular == plural
    assert set(singular) >= calls_with(r"\bintegrations?\b")


def test_an_excluded_word_takes_away_the_calls_that_say_it(samples: Lake):
    assert set(found(samples, "salesforce -hubspot", limit=100)) == calls_with(r"\bsalesforce\b") - calls_with(r"\bhubspot\b")


def test_days_limit_what_is_found_and_include_their_ends(samples: Lake):
    every = search(samples.settings, "salesforce", limit=100)
    days = sorted({session.day for session in every})
    first, last = days[1], days[-2]
    inside = names(search(samples.settings, "salesforce", limit=100, first=first, last=last))
    assert set(inside) == {s.session_id for s in every if first <= s.day <= last}
    assert {s.session_id for s in every if s.day == first} <= set(inside)
    assert names(search(samples.settings, "salesforce", first=date(2030, 1, 1))) == []


def test_results_are_ranked_with_their_tier_and_the_words_marked(samples: Lake):
    results = search(samples.settings, "salesforce integration", limit=5)
    assert [r.rank for r in results] == [1, 2, 3, 4, 5]
    assert [r.score for r in results] == sorted((r.score for r in results), reverse=True)
    assert {r.tier for r in results} <= {"Tier 1", "Tier 2"}
    for snippet in (snippet for r in results for snippet in r.snippets):
        assert len(snippet.text) <= 160
        assert snippet.role in {"agent", "user"}
        assert snippet.marks
        assert all(re.match(r"salesforce|integrat", snippet.text[a:b].lower()) for a, b in snippet.marks)


@pytest.mark.parametrize(
    "text",
    [
        "'; drop table hits; -- salesforce",
        "salesforce') union select * from read_text('/etc/passwd') --",
        '"' * 500 + " salesforce",
        "salesforce $files ? %s {terms} \\ \x00 \ud800 \u202e",
        "[bold]salesforce[/bold] <b>&amp;",
        "-" * 200 + " salesforce",
    ],
)
def test_hostile_queries_are_only_words(samples: Lake, text: str):
    expected = set(found(samples, "salesforce", limit=100))
    assert expected <= set(found(samples, text, limit=100))
    assert set(found(samples, "salesforce", limit=100)) == expected


def test_a_quote_that_ends_the_sql_of_others_is_a_phrase_here(samples: Lake):
    assert found(samples, 'salesforce "or 1=1"') == []
