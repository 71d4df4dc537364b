"""Scenes and golden calls become labelled lines; what cannot be read is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzers.language.reader.heads import HEADS
from training.examples import BadScene, golden_examples, scene_examples


def test_a_scene_gives_each_line_of_the_caller_its_labels_and_the_line_before(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(
        "A: It is ten.\nU[obj=pricing.blocker,neg]: too much\nA: Bye.\nU: bye\n\nU[comp=pos,ctx=past]: loved it\n"
    )
    first, second, third = scene_examples(tmp_path)
    assert first.line == ("It is ten.", "too much")
    assert (first.labels["objection"], first.labels["severity"], first.labels["mood"]) == ("pricing", "blocker", "negative")
    assert second.labels["objection"] == "none"
    assert "severity" not in second.labels
    assert third.line.context == ""
    assert (third.labels["rival"], third.labels["context"]) == ("positive", "past")


@pytest.mark.parametrize("line", ["X: what", "U[obj=weather.blocker]: rain", "U[nonsense]: hm"])
def test_a_line_that_cannot_be_read_is_named_without_its_words(tmp_path: Path, line: str) -> None:
    (tmp_path / "b.txt").write_text(f"A: Hello.\n{line}\n")
    with pytest.raises(BadScene, match=r"b\.txt:2") as failure:
        scene_examples(tmp_path)
    assert line.partition(": ")[2] not in str(failure.value)


def test_the_committed_scenes_show_every_class_of_every_head() -> None:
    shown = {(head, label) for example in scene_examples() for head, label in example.labels.items()}
    assert {(head, label) for head, classes in HEADS.items() for label in classes} <= shown


def test_a_golden_call_says_which_lines_its_quotes_stand_in() -> None:
    gold = {
        "objections": [{"quote": "too dear for us", "category": "pricing", "severity": "concern"}],
        "feature_requests": [],
        "buying_signals": [{"quote": "Send me", "strength": "medium"}],
        "pain_points": [],
        "switching_barriers": [],
    }
    script = {"turns": [{"A": "Ten a seat."}, {"U": "That's too dear for us."}, {"U": "send me an offer"}], "gold": {"sales": gold}}
    first, second = golden_examples(script)
    assert (first.labels["objection"], first.labels["severity"], first.labels["buying"]) == ("pricing", "concern", "none")
    assert (second.labels["objection"], second.labels["buying"]) == ("none", "medium")
    assert "authority" not in first.labels
