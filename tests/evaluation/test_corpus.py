import json
from pathlib import Path

import pytest

from analyzers.language.embedded import EmbeddedEngine
from contract.platform.failures import PermanentFailure
from evaluation.corpus import corpus_counts, dialogues_in
from evaluation.scores import MatchCounts
from tests.evaluation.labelled import REFERENCE


def turn(text: str, **labels: object) -> dict[str, object]:
    return {"role": "user", "text": text, "start": None, "end": None, "labels": labels}


def test_only_what_is_labelled_is_scored(tmp_path: Path):
    turns = [
        turn("how much does it cost a month?", question=True),
        turn("we are a team of five in Leeds", question=False),
        turn("this is fantastic, I love it", sentiment="positive"),
        turn("I'll send you the signed contract tomorrow", commitment=True),
        turn("is it raining"),
    ]
    path = tmp_path / "corpus.jsonl"
    path.write_text(json.dumps({"source": "made", "dialogue_id": "1", "turns": turns}) + "\n\n")
    counts = corpus_counts(list(dialogues_in(path)), EmbeddedEngine(REFERENCE))
    assert counts == {"commitment": MatchCounts(1, 1, 1), "question": MatchCounts(1, 1, 1), "sentiment": MatchCounts(1, 1, 1)}


def test_a_wrong_label_costs_its_figure(tmp_path: Path):
    path = tmp_path / "corpus.jsonl"
    turns = [turn("how much does it cost a month?", question=False), turn("thanks, bye", question=True)]
    path.write_text(json.dumps({"source": "made", "dialogue_id": "1", "turns": turns}))
    assert corpus_counts(list(dialogues_in(path)), EmbeddedEngine(REFERENCE)) == {"question": MatchCounts(0, 1, 1)}


def test_a_line_that_is_no_dialogue_is_named(tmp_path: Path):
    path = tmp_path / "corpus.jsonl"
    path.write_text('{"source": "a", "dialogue_id": "1", "turns": []}\n{"turns": 3}\n')
    with pytest.raises(PermanentFailure, match="Line 2"):
        list(dialogues_in(path))
