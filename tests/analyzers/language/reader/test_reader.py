"""The reader gives every line its probabilities, alone or in company, and says aloud what is missing."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from analyzers.language.reader import Reader
from analyzers.language.reader.heads import HEADS, read_heads
from analyzers.language.reader.reader import FOLDER, ReaderInput
from contract.platform.failures import ConfigurationFailure


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


def test_every_head_answers_with_probabilities_that_add_up(reader: Reader) -> None:
    reading = reader.read(ReaderInput("It is forty dollars a seat.", "That is a lot more than we can spend."))
    for head, classes in HEADS.items():
        scores = reading.scores(head)
        assert tuple(scores) == classes
        assert sum(scores.values()) == pytest.approx(1.0, abs=1e-4)


@pytest.mark.parametrize(
    ("agent", "caller", "head", "label"),
    [
        ("That plan is ninety dollars a seat.", "Goodness, that's more than our whole software budget.", "objection", "pricing"),
        ("Shall I book a call with sales?", "Yes please, book it, Tuesday at two works.", "buying", "strong"),
        ("Who decides on this?", "That's my boss's call, I only make a recommendation.", "authority", "influencer"),
        ("Who decides on this?", "I do, it's my company.", "authority", "decision_maker"),
        ("How do you send them today?", "By post, and half of them get lost, it takes weeks.", "pain", "yes"),
        ("Anything else?", "No, that's all, thanks, bye now.", "goodbye", "yes"),
    ],
)
def test_plain_statements_are_understood(reader: Reader, agent: str, caller: str, head: str, label: str) -> None:
    found, probability = reader.read(ReaderInput(agent, caller)).likeliest(head)
    assert (found, probability > 0.5) == (label, True)


def test_the_agents_question_decides_what_a_yes_means(reader: Reader) -> None:
    asked = reader.read(ReaderInput("Are you the one who decides?", "Yes, that's me.")).likeliest("authority")
    greeted = reader.read(ReaderInput("Is this call okay to transcribe?", "Yes, that's fine.")).likeliest("authority")
    assert asked[1] > greeted[1] + 0.3


def test_what_the_caller_said_before_is_read_but_never_marked_as_said_now(reader: Reader) -> None:
    line = ReaderInput("I see.", "We would need that by Friday.", "The auditors come on Monday.")
    reading = reader.read(line)
    assert len(reading.states) == len(reading.tokens) > 0
    assert reading.tokens[-1, 1] == len(line.text)
    assert not np.allclose(reading.vector, reader.read(line._replace(earlier="")).vector)


def test_the_words_that_matter_weigh_most(reader: Reader) -> None:
    text = "We have a shop on the corner. It's far too expensive for us. My sister works there too."
    reading = reader.read(ReaderInput("It is ninety dollars.", text))
    start, end = text.index("It's"), text.index(" My")
    price = reading.weight("objection", "pricing", start, end)
    assert price > reading.weight("objection", "pricing", 0, start)
    assert price > reading.weight("objection", "pricing", end, len(text))
    assert reading.weight("objection", "pricing", 5_000, 6_000) == float("-inf")


def test_words_scored_at_once_have_the_scores_of_each(reader: Reader) -> None:
    text = "Deb in the office sends them, six a week"
    reading = reader.read(ReaderInput("Who sends them?", text))
    words = [found.span() for found in re.finditer(r"\w+", text)]
    for (start, end), scores in zip(words, reading.word_scores("figure", words), strict=True):
        assert list(scores) == pytest.approx(list((reading.mention("figure", start, end) or {}).values()), abs=1e-4)
    assert np.isnan(reading.word_scores("figure", [(len(text) + 1, len(text) + 4)])).all()


@pytest.mark.parametrize("text", ["", "   ", "\ud800", "🎉" * 50, "שלום", "word " * 10_000, "<b>'; DROP TABLE calls;--"])
def test_no_text_is_too_odd_to_be_read(reader: Reader, text: str) -> None:
    assert np.isfinite(list(reader.read(ReaderInput(text, text)).scores("mood").values())).all()


def test_missing_or_broken_files_are_a_failure_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationFailure, match="data/reader"):
        Reader(tmp_path).read(ReaderInput("", "anything"))
    (tmp_path / "tokenizer.json").write_bytes((FOLDER / "tokenizer.json").read_bytes())
    with pytest.raises(ConfigurationFailure, match=r"model\.onnx"):
        Reader(tmp_path).read(ReaderInput("", "anything"))
    broken = tmp_path / "heads.npz"
    for content in (None, b"not an archive"):
        if content is not None:
            broken.write_bytes(content)
        with pytest.raises(ConfigurationFailure, match="training"):
            read_heads(broken)
