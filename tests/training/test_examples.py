"""Scenes and golden calls become labelled lines; what cannot be read is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analyzers.language.reader.heads import HEADS
from contract.platform.yaml_file import read_yaml
from contract.reference import Reference
from evaluation.parts import GOLDEN_SCRIPTS, Parts
from training.examples import BadScene, golden_examples, golden_lines, mood_examples, scene_examples


def test_a_scene_gives_each_line_of_the_caller_its_labels_and_the_line_before(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(
        "A: It is ten.\nU[obj=pricing.blocker,neg]: too much\nA: Bye.\nU: bye\n\nU[comp=pos,ctx=past]: loved it\n"
    )
    first, second, third = scene_examples(tmp_path)
    assert first.line == ("It is ten.", "too much", "")
    assert (first.labels["objection"], first.labels["severity"], first.labels["mood"]) == ("pricing", "blocker", "negative")
    assert second.line == ("Bye.", "bye", "too much")
    assert second.labels["objection"] == "none"
    assert "severity" not in second.labels
    assert third.line == ("", "loved it", "")
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


def test_a_golden_line_without_a_mark_carries_none_of_what_lines_are_marked_for(tmp_path: Path) -> None:
    gold: dict[str, list[object]] = {
        name: [] for name in ("objections", "feature_requests", "buying_signals", "pain_points", "switching_barriers")
    }
    script = {"turns": [{"A": "Who decides?"}, {"U": "My boss."}, {"U": "Bye."}], "gold": {"sales": gold}}
    (tmp_path / "lines.txt").write_text("x_01 0:auth=influencer,who\n")
    lines = golden_lines(tmp_path / "lines.txt")
    first, second = golden_examples(script, lines["x_01"])
    assert (first.labels["authority"], first.labels["others"], first.labels["promise"]) == ("influencer", "yes", "no")
    assert (second.labels["authority"], second.line.earlier) == ("none", "My boss.")
    assert all("authority" not in example.labels for example in golden_examples(script))


def test_the_marked_lines_are_of_calls_that_may_be_read_and_have_that_many_pieces() -> None:
    parts, lines = Reference().table(Parts), golden_lines()
    readable = {
        "_".join(path.stem.split("_")[:2]): path
        for path in GOLDEN_SCRIPTS.glob("*.yaml")
        if parts.of(path.stem) in ("seen", "validation")
    }
    assert lines.keys() <= readable.keys()
    for call, marked in lines.items():
        pieces = list(golden_examples(read_yaml(readable[call])))
        assert max(marked, default=0) < len(pieces)


def test_comments_teach_the_mood_alone_and_only_where_their_emotions_agree(tmp_path: Path) -> None:
    lines = (("a", "What a mess.", "anger"), ("b", "Lovely.", "joy"), ("c", "Ha, no.", "joy anger"), ("d", "At ten.", "neutral"))
    text = "\n".join(json.dumps({"id": name, "text": said, "emotions": felt.split()}) for name, said, felt in lines)
    (tmp_path / "moods.jsonl").write_text(text)
    found = [(example.line, dict(example.labels)) for example in mood_examples(tmp_path / "moods.jsonl")]
    assert found == [
        (("", "What a mess.", ""), {"mood": "negative"}),
        (("", "Lovely.", ""), {"mood": "positive"}),
        (("", "At ten.", ""), {"mood": "neutral"}),
    ]
