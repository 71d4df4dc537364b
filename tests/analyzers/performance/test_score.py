"""Scores come from the targets, unmeasured parts drop out (spec 3.6)."""

from __future__ import annotations

from typing import Any

import pytest

from analyzers.performance import performance
from analyzers.targets import Band, Targets, weighted
from tests.analyzers.recorded_calls import REFERENCE, agent, recorded_call

GOOD = {"total_latency": 700, "prompt_tokens": 1000, "completion_tokens": 50}


def report_of(metrics: list[dict[str, Any]], **fields: Any) -> Any:
    return performance(recorded_call([agent()], metrics=metrics, models={"llm": "gpt-4.1-mini"}, **fields), REFERENCE)


def test_a_fast_call_without_errors_is_an_a() -> None:
    report = report_of([GOOD] * 4)
    assert (report.score, report.grade, report.recommendations) == (10.0, "A", ())


def test_slower_errored_and_wordier_calls_score_lower_in_their_own_part() -> None:
    slow = report_of([GOOD | {"total_latency": 1900}] * 4)
    failing = report_of([GOOD] * 4, errors=[{"component": "llm", "type": "E"}])
    wordy = report_of([GOOD | {"completion_tokens": 400}] * 4)
    assert slow.latency_score < 10 == slow.reliability_score == slow.efficiency_score
    assert failing.reliability_score < 10 == failing.latency_score
    assert wordy.efficiency_score < 10 == wordy.latency_score
    assert all(report.score < 10 for report in (slow, failing, wordy))


def test_the_error_rate_is_errors_per_agent_reply_with_its_n() -> None:
    reliability = report_of([GOOD] * 8, errors=[{"component": "llm", "type": "E"}] * 2).reliability
    assert (reliability.error_rate, reliability.errors, reliability.replies) == (0.25, 2, 8)


def test_a_call_that_ended_in_an_error_is_capped() -> None:
    assert (
        report_of([GOOD] * 4, disconnect_reason="error").reliability_score == REFERENCE.table(Targets).performance.failed_call_cap
    )


def test_unmeasured_latency_drops_out_of_the_score() -> None:
    report = report_of([{"prompt_tokens": 1000, "completion_tokens": 50}] * 3)
    assert (report.latency_score, report.score) == (None, 10.0)


def test_weights_of_missing_scores_are_shared_among_the_rest() -> None:
    assert weighted({"a": 8.0, "b": None, "c": 4.0}, {"a": 3, "b": 5, "c": 1}) == 7.0
    assert weighted({"a": None}, {"a": 1}) is None


@pytest.mark.parametrize(
    ("value", "score", "status"), [(0.6, 10, "good"), (1.4, 10, "good"), (0.3, 5, "poor"), (2.2, 5, "poor"), (3.5, 0, "poor")]
)
def test_a_band_scores_by_distance_from_its_edge(value: float, score: float, status: str) -> None:
    band = Band(target="0.6-1.4", at_least=0.6, at_most=1.4, poor_below=0.5, poor_above=2.0, zero_low=0, zero_high=3.0)
    assert (band.score(value), band.status(value)) == (pytest.approx(score), status)


def test_grades_follow_their_thresholds() -> None:
    targets = REFERENCE.table(Targets).performance
    assert [targets.grade(score) for score in (10.0, 9.0, 8.9, 7.0, 6.5, 5.9, None)] == ["A", "A", "B", "C", "D", "F", None]
