"""Searching small, known calls."""

from __future__ import annotations

from datetime import timedelta
from math import log

import pytest

from contract.platform.failures import ConfigurationFailure
from orchestration.search.search import search
from tests.support.documents import START
from tests.support.lake_samples import Lake
from tests.support.searched_calls import Spoken, index, names, said, utterances


def test_before_the_first_index_the_searcher_is_told_what_to_do(spoken: Spoken):
    with pytest.raises(ConfigurationFailure, match="voice run"):
        spoken.found("salesforce")


def test_the_score_is_bm25(spoken: Spoken):
    spoken.say("one", "pricing pricing quotes").say("two", "pricing").say("three", "contracts elsewhere today").index()
    scores = {s.session_id: s.score for s in search(spoken.settings, "pricing quotes")}
    usual = 7 / 3
    pricing, quotes = log(1 + (3 - 2 + 0.5) / 2.5), log(1 + (3 - 1 + 0.5) / 1.5)

    def part(weight: float, times: int, length: int) -> float:
        return weight * times * 2.2 / (times + 1.2 * (0.25 + 0.75 * length / usual))

    assert scores == {
        "one": round(part(pricing, 2, 3) + part(quotes, 1, 3), 3),
        "two": round(part(pricing, 1, 1), 3),
    }


def test_months_are_weighed_together(spoken: Spoken):
    for n in range(3):
        spoken.say(f"old_{n}", "renewal", start=START - timedelta(days=60))
    spoken.say("new", "renewal").index()
    assert len({s.score for s in search(spoken.settings, "renewal")}) == 1
    assert spoken.found("renewal")[0] == "new"


def test_accents_case_and_other_scripts_are_read_alike(spoken: Spoken):
    spoken.say("accents", "We met Zoë Müller at the café, naïve façade.")
    spoken.say("composed", "The cafe\u0301 of Ångström")
    spoken.say("cyrillic", "Нам нужна Интеграция сейчас")
    spoken.say("quotes", "O’Brien’s contract isn’t signed; 1500 e-signatures")
    spoken.index()
    assert set(spoken.found("CAFE")) == {"accents", "composed"}
    assert spoken.found("muller facade") == ["accents"]
    assert spoken.found("angstrom") == ["composed"]
    assert spoken.found("интеграция") == ["cyrillic"]
    assert spoken.found("O'Brien") == spoken.found("obrien") == spoken.found("1500") == ["quotes"]
    assert spoken.found('"e-signature"') == ["quotes"]
    assert spoken.found("isn't signed") == ["quotes"]


def test_a_phrase_minds_order_the_gap_of_common_words_and_the_utterance(spoken: Spoken):
    spoken.say("phrase", "It works out of the box today")
    spoken.say("apart", "out there stands a big box")
    spoken.say("across", "We looked out", "the box was empty")
    spoken.say("repeated", "really really good box")
    spoken.index()
    assert spoken.found('"works out of the box"') == ["phrase"]
    assert spoken.found('"out of the box"') == ["phrase"]
    assert spoken.found('"really really good"') == ["repeated"]
    assert spoken.found('"really good" "good box"') == ["repeated"]
    assert spoken.found('"really good" "big box"') == []
    assert set(spoken.found('box -"out of the box" -across')) == {"apart", "across", "repeated"}
    assert set(spoken.found("box -really")) == {"phrase", "apart", "across"}


def test_test_calls_and_the_words_of_refused_consent_are_not_found(lake: Lake):
    index(
        lake,
        said("call", "We need a proposal"),
        said("rehearsal", "We need a proposal", test_call=True),
        said("refused", "We need a proposal", consent={"obtained": False}),
    )
    assert names(search(lake.settings, "proposal")) == ["call"]


def test_a_correction_replaces_what_is_found_also_when_it_moves_to_another_month(lake: Lake):
    index(lake, said("call", "We talked about zebras"), said("other", "zebras and proposals"))
    moved = said("call", "We talked about giraffes", start=START - timedelta(days=40), revision=2)
    manifest = index(lake, moved)
    assert names(search(lake.settings, "zebras")) == ["other"]
    assert [(s.session_id, s.day) for s in search(lake.settings, "giraffe")] == [("call", moved.start_time.date())]
    assert {month: shard.sessions for month, shard in manifest.shards.items()} == {"2026-10": 1, "2026-11": 1}


def test_the_best_utterance_is_shown_with_its_time(spoken: Spoken):
    spoken.say("call", "Hello there", "We like proposals", "Salesforce, please", "Proposals sync with Salesforce").index()
    (result,) = search(spoken.settings, "salesforce proposals")
    (snippet,) = result.snippets
    assert (snippet.role, snippet.seconds, snippet.text) == ("agent", 30.0, "Proposals sync with Salesforce")
    assert [snippet.text[a:b] for a, b in snippet.marks] == ["Proposals", "Salesforce"]
    assert snippet.started_at == START + timedelta(seconds=30)


def test_what_was_searched_as_a_phrase_is_what_is_shown(spoken: Spoken):
    spoken.say("call", "a team for sales, contracts and sales", "the sales team").index()
    (result,) = search(spoken.settings, '"sales team"')
    assert [snippet.text for snippet in result.snippets] == ["the sales team"]


@pytest.mark.parametrize("text", ["", " \t\n", "the of and", '""', "-words", "!!! ---", "secretive " * 1000])
def test_nothing_to_look_for_is_refused_and_no_message_repeats_the_query(spoken: Spoken, text: str):
    spoken.say("call", "the words").index()
    with pytest.raises(ConfigurationFailure) as failure:
        spoken.found(text)
    assert "secretive" not in str(failure.value)
    assert failure.value.remedy


def test_calls_without_times_or_words_do_no_harm(spoken: Spoken):
    bare = [{**item, "started_at": None} for item in utterances(["We want zebras"], START)]
    spoken.have("bare", bare).have("odd", [{"role": "user", "text": None}, {"text": "", "started_at": "yesterday"}]).index()
    (result,) = search(spoken.settings, "zebra")
    assert (result.snippets[0].started_at, result.snippets[0].seconds) == (None, None)


def test_an_index_without_any_call_finds_nothing(spoken: Spoken):
    spoken.index()
    assert spoken.found("zebra") == []
