"""Questions are grouped by what they ask, in a call and over many, with no word of how many groups there are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from analyzers.language.sentence_encoder import FOLDER, WIDTH, SentenceEncoder, Vectors
from analyzers.meaning_groups import MOST_READ, groups_by_meaning, question_groups, themes
from analyzers.targets import Targets
from contract.platform.failures import ConfigurationFailure
from contract.reference import Reference

LIMITS = Reference().table(Targets).content


def test_the_same_question_in_other_words_is_one_group() -> None:
    asked = [
        "How much does it cost for a team of nine?",
        "Can my clients sign on their phones?",
        "What would the price be for nine of us?",
        "And is a signature possible from a mobile phone?",
        "Where do you keep our data?",
    ]
    assert question_groups(asked, LIMITS) == [[0, 2], [1, 3], [4]]


def test_different_questions_of_a_call_stay_apart() -> None:
    asked = ["Does it work with Salesforce?", "Do you have an office in Leeds?", "Can I cancel any time?", "And now?", "And then?"]
    assert question_groups(asked, LIMITS) == [[0], [1], [2], [3], [4]]


def test_questions_of_many_calls_fall_into_their_themes() -> None:
    asked = [
        *("My card has not arrived yet, where is it?", "How do I track my new card?", "When will my card be delivered?"),
        *("I forgot my password.", "How can I reset my password?", "My password does not work, can I get a new one?"),
        *("What is the exchange rate for euros?", "Which exchange rate do you use?", "How do you work out exchange rates?"),
    ]
    assert themes(asked, LIMITS) == [[0, 1, 2], [3, 4, 5], [6, 7, 8]]


@pytest.mark.parametrize("texts", [[], [""], ["", ""], ["\ud800 what is that", "🎉 " * 500, "שלום מה המחיר היום"]])
def test_every_question_is_in_one_group_whatever_its_text(texts: list[str]) -> None:
    groups = question_groups(texts, LIMITS)
    assert sorted(position for group in groups for position in group) == list(range(len(texts)))


def test_of_an_endless_call_only_the_latest_questions_are_read() -> None:
    class Counting(SentenceEncoder):
        read = 0

        def vectors(self, texts: Sequence[str]) -> Vectors:
            self.read += len(texts)
            return np.eye(len(texts), WIDTH, dtype=np.float32)

    encoder = Counting()
    asked = [
        f"can it {chr(97 + number % 26) * 9} {number:05d}{number * 7919:09d} {chr(97 + number % 7) * 8}" for number in range(500)
    ]
    groups = question_groups(asked, LIMITS, encoder)
    assert encoder.read <= MOST_READ
    assert sorted(position for group in groups for position in group) == list(range(500))


def test_a_single_vector_is_a_group_of_its_own() -> None:
    assert groups_by_meaning(np.ones((1, 3), np.float32), 1.9, 0.3) == [[0]]
    assert groups_by_meaning(np.zeros((0, 3), np.float32), 1.9, 0.3) == []


def test_missing_model_files_are_a_failure_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationFailure, match="data/encoder"):
        SentenceEncoder(tmp_path).vectors(["anything"])
    (tmp_path / "tokenizer.json").write_bytes((FOLDER / "tokenizer.json").read_bytes())
    with pytest.raises(ConfigurationFailure, match=r"model\.onnx"):
        SentenceEncoder(tmp_path).vectors(["anything"])
