import random

import pytest

from contract.platform.failures import PermanentFailure
from evaluation.noise import Recogniser
from tests.evaluation.labelled import REFERENCE, seen_calls


def test_the_same_call_is_misheard_the_same_way_and_another_seed_another_way():
    document = seen_calls()[0].document
    assert Recogniser(REFERENCE).noisy(document) == Recogniser(REFERENCE).noisy(document)
    assert Recogniser(REFERENCE, seed=1).noisy(document) != Recogniser(REFERENCE).noisy(document) != document


def test_about_a_tenth_of_the_words_suffers():
    said, lost = 0, 0
    for call in seen_calls():
        for before, after in zip(
            call.document["transcript"], Recogniser(REFERENCE).noisy(call.document)["transcript"], strict=True
        ):
            words, heard = before["text"].split(), after["text"].split()
            said += len(words)
            lost += len(words) - sum(min(words.count(word), heard.count(word)) for word in set(words))
            assert heard or not words
    assert 0.07 < lost / said < 0.11


def test_only_the_words_change_and_no_number_is_invented():
    for call in seen_calls()[:10]:
        noisy = Recogniser(REFERENCE).noisy(call.document)
        assert {**noisy, "transcript": call.document["transcript"]} == call.document
        for before, after in zip(call.document["transcript"], noisy["transcript"], strict=True):
            digits = {word for word in after["text"].split() if word[:1].isdigit()}
            assert digits <= set(before["text"].split())


def test_names_fall_apart():
    heard = Recogniser(REFERENCE, share=1).misheard("DocuSign, HubSpot", random.Random(0))
    assert heard == "docu sign, hub spot"


def test_a_share_over_one_is_refused():
    with pytest.raises(PermanentFailure, match="share"):
        Recogniser(REFERENCE, share=1.1)
