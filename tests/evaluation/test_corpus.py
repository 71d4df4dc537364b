import json
from pathlib import Path

import pytest

from analyzers.language.embedded import EmbeddedEngine
from contract.platform.failures import PermanentFailure
from evaluation.corpus import corpus_counts, corpus_of, weighted_f1
from evaluation.corpus_lines import Dialogue, lines_in
from evaluation.corpus_questions import score
from evaluation.run import evaluate_corpus
from evaluation.scores import MatchCounts
from tests.evaluation.labelled import REFERENCE


def turn(text: str, **labels: object) -> dict[str, object]:
    return {"role": "user", "text": text, "start": None, "end": None, "labels": labels}


def dialogues_in(path: Path) -> tuple[Dialogue, ...]:
    return corpus_of(lines_in(path)).dialogues


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
    counts = corpus_counts(dialogues_in(path), EmbeddedEngine(REFERENCE))
    assert counts == {
        "commitment": MatchCounts(1, 1, 1),
        "question": MatchCounts(1, 1, 1),
        "sentiment": MatchCounts(1, 1, 1),
        "sentiment positive": MatchCounts(1, 1, 1),
    }


def test_a_wrong_label_costs_its_figure(tmp_path: Path):
    path = tmp_path / "corpus.jsonl"
    turns = [turn("how much does it cost a month?", question=False), turn("thanks, bye", question=True)]
    path.write_text(json.dumps({"source": "made", "dialogue_id": "1", "turns": turns}))
    assert corpus_counts(dialogues_in(path), EmbeddedEngine(REFERENCE)) == {"question": MatchCounts(0, 1, 1)}


def test_a_line_that_is_no_dialogue_is_named(tmp_path: Path):
    path = tmp_path / "corpus.jsonl"
    path.write_text('{"source": "a", "dialogue_id": "1", "turns": []}\n{"turns": 3}\n')
    with pytest.raises(PermanentFailure, match="Line 2"):
        dialogues_in(path)


def test_a_comment_is_judged_by_the_mood_of_its_emotions(tmp_path: Path):
    comments = [
        {"id": "1", "text": "this is fantastic, I love it", "emotions": ["love"]},
        {"id": "2", "text": "this is fantastic, I love it", "emotions": ["anger"]},
        {"id": "3", "text": "it is on the table", "emotions": ["realization", "neutral"]},
        {"id": "4", "text": "it is on the table", "emotions": ["joy", "grief"]},
    ]
    path = tmp_path / "corpus.jsonl"
    path.write_text("\n".join(map(json.dumps, comments)))
    counts = corpus_counts(dialogues_in(path), EmbeddedEngine(REFERENCE))
    assert counts["sentiment"] == MatchCounts(2, 3, 3)
    assert counts["sentiment positive"] == MatchCounts(1, 2, 1)
    assert weighted_f1(counts) == pytest.approx((2 / 3 + 1 + 0) / 3, abs=1e-3)


def test_groups_of_questions_are_scored_by_the_best_matching():
    labels = ["price", "price", "price", "phone", "phone", "data"]
    right, one_off, single = (
        score(labels, groups) for groups in ([[0, 1, 2], [3, 4], [5]], [[0, 1], [2, 3, 4], [5]], [[*range(6)]])
    )
    assert (right.accuracy, right.nmi) == (1.0, pytest.approx(1.0))
    assert (one_off.accuracy, one_off.groups, one_off.intents, one_off.questions) == (pytest.approx(5 / 6), 3, 3, 6)
    assert (single.accuracy, single.nmi) == (0.5, pytest.approx(0.0))


def test_questions_with_intents_are_grouped_set_by_set(tmp_path: Path):
    asked = [("track", "Where is my parcel?"), ("track", "When does my parcel get here?"), ("pay", "Can I pay by card?")]
    path = tmp_path / "corpus.jsonl"
    path.write_text("\n".join(json.dumps({"set": "made", "id": "1", "text": text, "label": label}) for label, text in asked))
    lines, figures = evaluate_corpus(path, EmbeddedEngine(REFERENCE), REFERENCE)
    assert (lines, figures) == (
        3,
        [("made: 2 intents, 2 groups, accuracy", 1.0, None, None, 3), ("made: 2 intents, 2 groups, NMI", 1.0, None, None, 3)],
    )
