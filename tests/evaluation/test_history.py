from datetime import UTC, datetime
from pathlib import Path

import pytest

from contract.platform.failures import PermanentFailure
from evaluation.history import HISTORY, History, Result, result_of
from evaluation.names import Level
from evaluation.scores import CallScore, MatchCounts

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def result(version: str, hits: int, hour: int = 0) -> Result:
    score = CallScore("s", {"tier": MatchCounts(hits, 1, 1)}, (), {}, ())
    return result_of(
        [score],
        {"tier": Level(floor=0.9, goal=1.0)},
        engine="embedded",
        version=version,
        part="seen",
        variant="plain",
        calls_hash="abc",
        now=NOON.replace(hour=12 + hour),
    )


def test_the_same_evaluation_again_changes_nothing_and_another_finding_replaces_it(tmp_path: Path):
    history = History(tmp_path)
    history.add(result("2.1+aa", 1))
    before = (tmp_path / HISTORY).read_bytes()
    history.add(result("2.1+aa", 1, hour=1))
    assert (tmp_path / HISTORY).read_bytes() == before
    history.add(result("2.1+aa", 0, hour=2))
    history.add(result("2.1+bb", 1, hour=3))
    assert [(r.version, r.figures[5].value) for r in history.results()] == [("2.1+aa", 0), ("2.1+bb", 1)]


def test_a_version_is_found_by_its_beginning_on_the_same_calls_only(tmp_path: Path):
    history, now = History(tmp_path), result("2.2+cc", 1)
    history.add(result("2.1+aa", 0))
    assert history.of_version("2.1", now) == result("2.1+aa", 0)
    assert history.of_version("embedded:2.1+aa", now) == result("2.1+aa", 0)
    with pytest.raises(PermanentFailure, match=r"embedded:2\.1\+aa"):
        history.of_version("9", now)
    with pytest.raises(PermanentFailure, match="none"):
        history.of_version("2.1", now.model_copy(update={"calls_hash": "other"}))


def test_figures_carry_their_floor_and_goal(tmp_path: Path):
    tier = result("1", 1).figure("tier")
    assert tier is not None
    assert (tier.value, tier.n, tier.floor, tier.goal) == (1, 1, 0.9, 1.0)


def test_a_line_that_is_no_result_is_said(tmp_path: Path):
    (tmp_path / HISTORY).write_text('{"engine": 3}\n')
    with pytest.raises(PermanentFailure, match="no result"):
        History(tmp_path).results()
