"""Sentence vectors are the same whatever else is encoded with them, and what is missing is said aloud."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analyzers.language.encoder import Encoder, Heads
from analyzers.language.encoder.heads import read_heads
from contract.failures import ConfigurationFailure


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder()


def test_every_line_has_a_vector_of_length_one_in_the_order_given(encoder: Encoder) -> None:
    lines = ["What would ten seats cost?", "Bye.", "What would ten seats cost?"]
    vectors = encoder.encode(lines)
    assert vectors.shape == (3, 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    assert (vectors[0] == vectors[2]).all()
    assert encoder.encode([]).shape == (0, 384)


def test_a_line_has_the_same_vector_alone_and_in_company(encoder: Encoder) -> None:
    alone = Encoder().encode(["Could we pay by invoice?"])[0]
    company = encoder.encode(["A much longer line than that one, said before it by somebody else.", "Could we pay by invoice?"])[1]
    assert np.allclose(alone, company, atol=1e-4)


def test_lines_of_like_meaning_lie_closer_than_others(encoder: Encoder) -> None:
    price, cost, weather = encoder.encode(["How expensive is it?", "What does it cost?", "It rained all night."])
    assert price @ cost > price @ weather + 0.2


@pytest.mark.parametrize("text", ["", "   ", "\ud800", "🎉" * 50, "שלום", "word " * 10_000, "<b>'; DROP TABLE calls;--"])
def test_no_text_is_too_odd_to_be_encoded(encoder: Encoder, text: str) -> None:
    assert np.isfinite(encoder.encode([text])).all()


def test_only_so_many_lines_are_remembered_and_forgotten_ones_are_encoded_anew() -> None:
    small = Encoder(remembered=2)
    first = small.encode(["one", "two", "three"])
    assert np.allclose(first, small.encode(["one", "two", "three"]), atol=1e-4)


def test_missing_weights_are_a_failure_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationFailure, match=r"requirements\.lock"):
        Encoder(model=tmp_path / "model.onnx").encode(["anything"])


def test_the_sentiment_head_gives_probabilities_and_tells_delight_from_anger(encoder: Encoder) -> None:
    glad, cross = Heads(encoder).scores(["This is wonderful, I am thrilled with it.", "This is terrible, I am furious about it."])
    assert sum(glad["sentiment"].values()) == pytest.approx(1.0, abs=0.001)
    assert max(glad["sentiment"], key=lambda label: glad["sentiment"][label]) == "positive"
    assert max(cross["sentiment"], key=lambda label: cross["sentiment"][label]) == "negative"


def test_heads_that_are_missing_or_broken_are_a_configuration_failure(tmp_path: Path) -> None:
    broken = tmp_path / "heads.npz"
    for content in (None, b"not an archive"):
        if content is not None:
            broken.write_bytes(content)
        with pytest.raises(ConfigurationFailure, match="training"):
            read_heads(broken)
