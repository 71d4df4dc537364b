"""Latency is exact: percentiles as numpy and DuckDB compute them, nulls never counted as 0 (spec 1.3, 3.6)."""

from __future__ import annotations

import random
from typing import Any

import duckdb
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzers.performance import performance
from analyzers.performance.latency import distribution
from tests.analyzers.recorded_calls import REFERENCE, recorded_call

milliseconds = st.integers(min_value=0, max_value=2**31 - 1)
figure = st.none() | milliseconds


def latency_of(*replies: dict[str, Any]) -> Any:
    return performance(recorded_call(metrics=list(replies)), REFERENCE).latency


@given(st.lists(milliseconds, min_size=1, max_size=60))
def test_percentiles_and_mean_equal_numpys(values: list[int]) -> None:
    spread = distribution(values)
    expected = np.quantile(values, [0.5, 0.95, 0.99])
    assert [spread.p50, spread.p95, spread.p99] == pytest.approx(list(expected), rel=1e-9, abs=1e-3)
    assert spread.average == pytest.approx(np.mean(values), rel=1e-9, abs=1e-3)
    assert (spread.max, spread.measured_replies) == (max(values), len(values))


def test_percentiles_equal_duckdbs_quantile_cont() -> None:
    values = [410, 655, 700, 702, 880, 913, 1044, 1300, 1555, 2904]
    rows = duckdb.sql(
        "select quantile_cont(v, [0.5, 0.95, 0.99]) from (select unnest($values) as v)", params={"values": values}
    ).fetchone()
    spread = distribution(values)
    assert rows is not None
    assert [spread.p50, spread.p95, spread.p99] == pytest.approx(rows[0])


@given(
    st.lists(
        st.fixed_dictionaries({"eou_delay": figure, "llm_ttft": figure, "tts_ttfb": figure, "total_latency": figure}), max_size=12
    ),
    st.randoms(use_true_random=False),
)
def test_the_order_of_replies_changes_no_figure(replies: list[dict[str, Any]], shuffler: random.Random) -> None:
    shuffled = list(replies)
    shuffler.shuffle(shuffled)
    before, after = (performance(recorded_call(metrics=m), REFERENCE) for m in (replies, shuffled))
    assert (before.latency, before.components) == (after.latency, after.components)


def test_a_missing_total_is_the_sum_of_its_three_parts() -> None:
    assert latency_of({"eou_delay": 200, "llm_ttft": 500, "tts_ttfb": 150, "total_latency": None}).average == 850


def test_a_missing_part_leaves_the_total_unmeasured_rather_than_short() -> None:
    latency = latency_of({"eou_delay": 200, "llm_ttft": 500, "tts_ttfb": None}, {"total_latency": 900})
    assert (latency.average, latency.measured_replies) == (900, 1)


def test_without_measurements_every_figure_is_null_and_the_status_says_so() -> None:
    report = performance(recorded_call(metrics=[{"eou_delay": None}]), REFERENCE)
    latency = report.latency
    assert [latency.average, latency.p50, latency.p95, latency.p99, latency.max] == [None] * 5
    assert (latency.status, latency.reason, latency.measured_replies) == ("unavailable", "not_measured", 0)
    assert (report.status, report.reason, report.score, report.grade) == ("unavailable", "no_metrics", None, None)


def test_each_component_counts_its_own_measured_replies() -> None:
    report = performance(
        recorded_call(metrics=[{"llm_ttft": 400}, {"llm_ttft": 800, "stt_duration": 90}, {"tts_ttfb": 700}]), REFERENCE
    )
    stages = report.components
    assert (stages.llm_ttft.average, stages.llm_ttft.measured_replies, stages.llm_ttft.status) == (600, 2, "good")
    assert (stages.tts_ttfb.measured_replies, stages.tts_ttfb.status) == (1, "poor")
    assert (stages.stt_duration.average, stages.stt_duration.status) == (90, "measured")
    assert (stages.eou_delay.average, stages.eou_delay.status) == (None, "unavailable")


def test_statuses_and_the_share_within_target_follow_the_targets() -> None:
    latency = latency_of({"total_latency": 999}, {"total_latency": 1499}, {"total_latency": 1500}, {"total_latency": 2600})
    assert (latency.replies_within_target.value, latency.replies_within_target.n) == (0.5, 4)
    assert {check.metric: check.status for check in latency.targets} == {"average": "poor", "p95": "poor", "p99": "warning"}
    assert latency_of({"total_latency": 999}).status == "good"
    assert latency_of({"total_latency": 1000}).status == "warning"


def test_the_measured_end_to_end_latency_stands_beside_the_sum() -> None:
    latency = latency_of({"total_latency": 880, "e2e_latency": 1015}, {"total_latency": 900})
    assert (latency.average, latency.end_to_end.average, latency.end_to_end.measured_replies) == (890, 1015, 1)
