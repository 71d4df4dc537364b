"""The evaluator proved: gold as prediction is perfect, another call's gold near chance, each damage costs its own figure."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evaluation.facts import LISTS, SINGLES, CallFacts, Entry, FactQuote, Single, facts_of_gold
from evaluation.scores import CallScore, ScoreFigure, figures, score_call
from tests.evaluation.labelled import MATCHER, labelled_calls

GOLD = [facts_of_gold(call.gold) for call in labelled_calls()]
TRANSCRIPTS = [{item["id"]: item["text"] for item in call.document["transcript"]} for call in labelled_calls()]


def scored(said: list[CallFacts]) -> dict[str, ScoreFigure]:
    return figures(scores(said))


def scores(said: list[CallFacts]) -> list[CallScore]:
    return [score_call(gold, mine, text, MATCHER, mine) for gold, mine, text in zip(GOLD, said, TRANSCRIPTS, strict=True)]


def test_gold_as_prediction_scores_1_everywhere():
    for name, figure in scored(GOLD).items():
        assert figure.n > 0, name
        assert (figure.value, figure.precision, figure.recall, figure.low, figure.high) == (1, 1, 1, 1, 1), name


def test_the_gold_of_another_call_scores_near_chance():
    moved = [replace(mine, session_id=gold.session_id) for gold, mine in zip(GOLD, GOLD[7:] + GOLD[:7], strict=True)]
    found = {name: figure.value or 0 for name, figure in scored(moved).items()}
    assert found["single_facts"] < 0.3
    assert found["lists"] < 0.15
    assert found["integrations"] < 0.2
    assert found["content_gaps"] < 0.05
    assert found["overall_sentiment"] < 0.5
    assert found["temperature"] < 0.5
    assert found["quotes_verbatim"] < 0.05


def test_silence_scores_only_where_the_calls_are_silent():
    silent = [
        replace(gold, singles=dict.fromkeys(gold.singles, Single(None)), lists=dict.fromkeys(gold.lists, ()), quotes=())
        for gold in GOLD
    ]
    found = scored(silent)
    assert all(found[name].value == 0 for name in LISTS)
    for name in SINGLES:
        assert found[name].value == pytest.approx(sum(g.singles[name].value is None for g in GOLD) / len(GOLD), abs=1e-4)


@pytest.mark.parametrize("fact", LISTS)
def test_an_invented_entry_costs_precision_and_a_lost_one_recall(fact: str):
    invented = Entry("zzz qqq", "zzz", "zzz qqq vvv")
    more = [replace(gold, lists={**gold.lists, fact: (*gold.lists[fact], invented)}) for gold in GOLD]
    less = [replace(gold, lists={**gold.lists, fact: gold.lists[fact][1:]}) for gold in GOLD]
    added, lost = scored(more)[fact], scored(less)[fact]
    assert (added.recall, lost.precision) == (1, 1)
    assert (added.precision or 1) < 1 > (lost.recall or 1)


def test_an_entry_said_twice_is_right_once():
    twice = [replace(gold, lists={**gold.lists, "competitors": gold.lists["competitors"] * 2}) for gold in GOLD]
    assert scored(twice)["competitors"].precision == 0.5


def test_a_quote_that_is_a_word_off_is_not_verbatim():
    item, text = next(iter(TRANSCRIPTS[0].items()))
    right = FactQuote(text[2:9], item, 2, 9)
    for quote, expected in ((right, 1.0), (right._replace(start=3, end=10), 0.0), (right._replace(item_id="item_999"), 0.0)):
        said = [replace(GOLD[0], quotes=(quote,)), *(replace(gold, quotes=()) for gold in GOLD[1:])]
        assert scored(said)["quotes_verbatim"].value == expected


def test_counts_of_questions_may_be_one_off_and_no_more():
    for off, expected in ((1, 1.0), (2, 0.0)):
        said = [replace(g, counts={name: (count or 0) + off for name, count in g.counts.items()}) for g in GOLD]
        assert scored(said)["questions_within_1"].value == expected


def test_intervals_are_the_same_every_time_and_hold_the_value():
    said = [replace(gold, singles=dict.fromkeys(gold.singles, Single(None))) for gold in GOLD]
    first, second = scored(said)["single_facts"], scored(said)["single_facts"]
    assert first == second
    assert first.low is not None
    assert first.high is not None
    assert first.low < (first.value or 0) < first.high
