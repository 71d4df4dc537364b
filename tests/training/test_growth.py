"""What a verdict is worth by the number of writers it learnt from: each judged by others, and more help where all tell alike."""

from __future__ import annotations

import pytest

from analyzers.whole_call.model import SeenCall
from evaluation.gold import Gold
from tests.evaluation.labelled import labelled_calls
from training.growth import growth
from training.whole_call import JudgedCall

WRITERS = "abcdef"
WORDS = {"agent": frozenset({"hours", "price"})}


@pytest.fixture
def calls() -> list[JudgedCall]:
    """Six calls of each writer, whose one number tells the mood."""
    return [
        JudgedCall(writer, mood(label), SeenCall({"gladness": value}, {"mood.positive.mean": value}, WORDS))
        for writer in WRITERS
        for label, value in (("positive", 1.0), ("neutral", 0.0), ("negative", -1.0)) * 2
    ]


def mood(label: str) -> Gold:
    gold = labelled_calls()[0].gold
    return gold.model_copy(update={"sentiment": gold.sentiment.model_copy(update={"overall": label})})


def test_each_writer_is_judged_by_so_many_others(calls: list[JudgedCall]):
    found = growth("sentiment", calls, (4, 5))
    assert {size: share.of for size, share in found.items()} == {4: 4 * len(calls), 5: len(calls)}
    assert found[5].right == found[5].of
