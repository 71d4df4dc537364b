from datetime import UTC, datetime

from contract.platform.settings import PROJECT_ROOT
from evaluation.facts import facts_of_gold
from evaluation.history import Result, Variant, result_of
from evaluation.names import Accuracy
from evaluation.page import EngineBoard, accuracy_page
from evaluation.scores import score_call
from tests.evaluation.labelled import MATCHER, REFERENCE, labelled_calls

GOLD = [facts_of_gold(call.gold) for call in labelled_calls()]


def result(shift: int, variant: Variant) -> Result:
    said = GOLD[shift:] + GOLD[:shift]
    scores = [score_call(gold, mine, {}, MATCHER) for gold, mine in zip(GOLD, said, strict=True)]
    now = datetime(2026, 11, 20, tzinfo=UTC)
    levels = REFERENCE.table(Accuracy).levels("embedded")
    return result_of(scores, levels, engine="embedded", version="1", part="test", variant=variant, calls_hash="h", now=now)


def test_the_page_names_what_misses_its_floor_and_what_noise_costs():
    board = EngineBoard({"test": (result(0, "plain"), result(7, "noise"))}, {"e": result(0, "plain")})
    page = accuracy_page([board], 0.05, ["## What was tried\n\nThis and that.\n"])
    assert "\n## What was tried\n\nThis and that.\n" in page
    assert f"| single facts | **1.00** | [1.00, 1.00] | {len(GOLD)} | 0.80 | 0.88 | goal met |" in page
    assert f"| e | {len(GOLD)} | 1.00 ({len(GOLD)}) |" in page
    assert "below their floor: quotes verbatim 0.00 (floor 1.00)" in page
    assert "lose more than 5 points to noise: single facts, lists" in page
    assert "2026-11-20" in page


def test_an_engine_whose_answers_were_recorded_has_no_figures_on_damaged_transcripts():
    recorded = EngineBoard({"test": (result(0, "plain"), None)}, {})
    page = accuracy_page([recorded], 0.05)
    assert "| goal met | – |" in page
    assert "lose more than" not in page


def test_the_committed_page_shows_all_parts():
    page = (PROJECT_ROOT / "docs" / "accuracy.md").read_text()
    assert all(f"### {part}: " in page for part in ("Seen", "Validation", "Test"))


def test_the_committed_page_shows_how_the_verdicts_grow_with_writers():
    page = (PROJECT_ROOT / "docs" / "accuracy.md").read_text()
    assert (PROJECT_ROOT / "data" / "golden" / "GROWTH.md").read_text().strip() in page
