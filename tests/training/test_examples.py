"""Scenes and golden calls become labelled lines; what cannot be read is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analyzers.language.reader.heads import HEADS
from contract.platform.yaml_file import read_yaml
from contract.reference import Reference
from evaluation.parts import GOLDEN_SCRIPTS, Parts
from training.examples import (
    MARKED_IN_CALLS,
    BadScene,
    Mention,
    golden_examples,
    golden_lines,
    golden_mentions,
    mention_examples,
    mood_examples,
    scene_examples,
)

NO_QUOTES: dict[str, list[object]] = {
    name: []
    for name in (
        "objections",
        "feature_requests",
        "buying_signals",
        "pain_points",
        "switching_barriers",
        "competitors",
        "integrations_needed",
        "integrations_in_use",
    )
}


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


def test_the_committed_scenes_show_every_class_of_every_head_but_those_of_calls() -> None:
    shown = {(head, label) for example in scene_examples() for head, label in example.labels.items()}
    assert {(head, label) for head, classes in HEADS.items() for label in classes if head not in MARKED_IN_CALLS} == shown


def test_the_golden_calls_are_marked_for_what_scenes_are_not() -> None:
    calls = golden_lines().values()
    assert all(set(MARKED_IN_CALLS) <= set(call.heads) for call in calls)
    shown = [head for call in calls for labels in call.labels.values() for head in labels if head in MARKED_IN_CALLS]
    assert all(shown.count(head) > 100 for head in MARKED_IN_CALLS)


def test_a_golden_call_says_which_lines_its_quotes_stand_in() -> None:
    gold = NO_QUOTES | {
        "objections": [{"quote": "too dear for us", "category": "pricing", "severity": "concern"}],
        "buying_signals": [{"quote": "Send me", "strength": "medium"}],
    }
    script = {"turns": [{"A": "Ten a seat."}, {"U": "That's too dear for us."}, {"U": "send me an offer"}], "gold": {"sales": gold}}
    first, second = golden_examples(script)
    assert (first.labels["objection"], first.labels["severity"], first.labels["buying"]) == ("pricing", "concern", "none")
    assert (second.labels["objection"], second.labels["buying"]) == ("none", "medium")
    assert "authority" not in first.labels


def test_a_golden_line_without_a_mark_carries_none_of_what_lines_are_marked_for(tmp_path: Path) -> None:
    script = {"turns": [{"A": "Who decides?"}, {"U": "My boss."}, {"U": "Bye."}], "gold": {"sales": NO_QUOTES}}
    (tmp_path / "lines.txt").write_text("x_01 0:auth=influencer,who\nx_02+ 1:neg\n")
    lines = golden_lines(tmp_path / "lines.txt")
    calm, cross = golden_examples(script, lines["x_02"])
    assert (calm.labels["mood"], calm.labels["use_case"], cross.labels["mood"]) == ("neutral", "none", "negative")
    assert "mood" not in next(golden_examples(script, lines["x_01"])).labels
    first, second = golden_examples(script, lines["x_01"])
    assert (first.labels["authority"], first.labels["others"], first.labels["promise"]) == ("influencer", "yes", "no")
    assert (second.labels["authority"], second.line.earlier) == ("none", "My boss.")
    assert all("authority" not in example.labels for example in golden_examples(script))


def test_marks_say_what_is_named_and_what_is_counted(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("A: Who signs?\nU: we left {DocuSign|past.neg} in 2023, {six|people} of us now\n")
    (example,) = mention_examples(tmp_path)
    assert example.line == ("Who signs?", "we left DocuSign in 2023, six of us now", "")
    assert example.products_marked
    assert set(example.mentions) == {
        Mention(8, 16, "relation", "past"),
        Mention(8, 16, "liking", "negative"),
        Mention(26, 29, "figure", "people"),
        Mention(20, 24, "figure", "other"),
    }


@pytest.mark.parametrize("line", ["U: {Word|sometimes.neu}", "U: {ten|dozens}", "U: {six|people", "X: hello"])
def test_a_mark_that_cannot_be_read_is_named_without_its_words(tmp_path: Path, line: str) -> None:
    (tmp_path / "b.txt").write_text(f"A: Hello.\n{line}\n")
    with pytest.raises(BadScene, match=r"b\.txt:2"):
        mention_examples(tmp_path)


def test_the_committed_marks_stand_in_the_lines_they_name() -> None:
    marks, lines = golden_mentions(), golden_lines()
    paths = {"_".join(path.stem.split("_")[:2]): path for path in GOLDEN_SCRIPTS.glob("*.yaml")}
    marked = missed = 0
    for call, rows in marks.items():
        examples = list(golden_examples(read_yaml(paths[call]), lines[call], rows))
        found = sum(mention.head != "liking" and mention.label != "other" for example in examples for mention in example.mentions)
        said = sum(not mark.rpartition("|")[2].startswith("other") for row in rows.values() for mark in row)
        marked, missed = marked + said, missed + max(0, said - found)
    assert marked > 1000
    assert missed <= marked / 100


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
        assert max(marked.labels, default=0) < len(pieces)


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
