"""A shift of scores is red by its population stability index; a small sample says nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from orchestration.quality.drift import drift, stability_index
from orchestration.quality.rules import QualityRules
from orchestration.rules.finding import Finding
from tests.support.session_rows import Call, warehouse

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


def spread(count: int, first_days_ago: float, days: float, score: Callable[[int], int]) -> list[Call]:
    """Calls spread evenly over the days that end ``first_days_ago``; engagement follows the score."""
    step = timedelta(days=days) / count
    last = NOW - timedelta(days=first_days_ago)
    return [(last - step * (n + 0.5), score(n), score(n) / 10) for n in range(count)]


def found(rules: QualityRules, calls: list[Call], score: str = "lead_score") -> Finding:
    with warehouse(calls) as connection:
        return drift(connection, rules.standing.drift, score, NOW)


def even(n: int) -> int:
    return n * 37 % 100


def high(n: int) -> int:
    return 60 + n * 37 % 40


@pytest.mark.parametrize("score", ["lead_score", "engagement_score"])
def test_the_same_distribution_is_right(rules: QualityRules, score: str):
    finding = found(rules, spread(250, 0, 7, even) + spread(800, 7, 28, even), score)
    assert (finding.passed, finding.skipped_because) == (True, None)
    assert finding.figures["n recent"] == 250
    assert finding.figures["n before"] == 800


@pytest.mark.parametrize("score", ["lead_score", "engagement_score"])
def test_a_shift_upwards_is_red_and_names_twenty_calls_of_the_bin_that_grew(rules: QualityRules, score: str):
    finding = found(rules, spread(250, 0, 7, high) + spread(800, 7, 28, even), score)
    assert (finding.passed, finding.count, len(finding.sessions)) == (False, 1, 20)
    assert max(finding.sessions) < "s0250"


@pytest.mark.parametrize(("recent", "before"), [(199, 800), (250, 199)])
def test_below_two_hundred_scored_calls_in_either_span_it_is_silent(rules: QualityRules, recent: int, before: int):
    finding = found(rules, spread(recent, 0, 7, high) + spread(before, 7, 28, even))
    assert (finding.passed, finding.skipped_because) == (True, "too few scored calls")


def test_calls_without_a_score_do_not_count(rules: QualityRules):
    unscored: list[Call] = [(NOW - timedelta(days=1), None, None)] * 300
    assert found(rules, [*unscored, *spread(800, 7, 28, even)]).figures["n recent"] == 0


def test_the_index_is_that_of_the_text_book():
    assert stability_index([50, 50], [50, 50]) == 0
    assert stability_index([700, 300], [500, 500]) == pytest.approx(0.2 * 0.336472 + 0.2 * 0.510826, abs=0.001)
