"""Retries, time-outs and the breaker: waits are noted, never slept."""

from __future__ import annotations

import pytest

from tests.analyzers.language.openai_engine.engines import TEAM, Bench
from tests.fakes.openai_api import FakeOpenAI, Fault


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503])
def test_passing_troubles_are_tried_again(bench: Bench, api: FakeOpenAI, status: int):
    api.faults = [Fault(status), Fault(status)]
    made = bench.annotated()
    assert (made.fallback_reason, len(api.asked), len(bench.waits)) == (None, 3, 2)


def test_a_failed_response_of_the_service_is_not_taken_for_an_answer(bench: Bench, api: FakeOpenAI):
    api.faults = ["failed"]
    assert bench.annotated().fallback_reason == "openai:server_error"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"Retry-After-Ms": "2500"}, 2.5),
        ({"Date": "Fri, 20 Nov 2026 15:00:00 GMT", "Retry-After": "Fri, 20 Nov 2026 15:00:40 GMT"}, 40.0),
    ],
)
def test_a_storm_of_429_waits_at_least_as_long_as_it_asks(bench: Bench, api: FakeOpenAI, headers: dict[str, str], seconds: float):
    api.faults = [Fault(429, "rate_limit_exceeded", headers) for _ in range(4)]
    assert bench.annotated().fallback_reason is None
    assert len(bench.waits) == 4
    assert min(bench.waits) >= seconds


def test_a_storm_without_end_falls_back_after_six_tries(bench: Bench, api: FakeOpenAI):
    api.faults = [Fault(429, "rate_limit_exceeded") for _ in range(6)]
    assert bench.annotated().fallback_reason == "openai:http_429"
    assert (len(api.asked), len(bench.waits)) == (6, 5)


def test_a_wait_nobody_could_bear_is_not_begun(bench: Bench, api: FakeOpenAI):
    api.faults = [Fault(503, None, {"Retry-After": "3600"})]
    assert bench.annotated().fallback_reason == "openai:http_503"
    assert bench.waits == []


def test_a_stream_of_single_bytes_ends_at_the_total_bound(bench: Bench, api: FakeOpenAI):
    api.faults = ["drip"]
    made = bench.annotated(openai_timeout_seconds=0.5)
    assert (made.fallback_reason, len(api.asked)) == (None, 2)


def test_what_a_timed_out_request_cost_stays_counted(bench: Bench, api: FakeOpenAI):
    api.faults = ["drip"]
    made = bench.annotated(openai_timeout_seconds=0.5)
    spent = bench.budget(bench.engine().settings).spent_on(bench.now.date())
    assert made.usage is not None
    assert spent > made.usage.cost_usd * 2


def test_a_page_instead_of_json_is_a_passing_trouble(bench: Bench, api: FakeOpenAI):
    api.faults = ["not_json"]
    assert bench.annotated().fallback_reason is None


def test_sessions_after_three_lost_ones_do_not_wait_for_a_service_that_is_away(bench: Bench, api: FakeOpenAI):
    api.faults = [Fault(503) for _ in range(18)]
    made = bench.engine(openai_concurrency=1).annotate([TEAM] * 10)
    assert {m.fallback_reason for m in made} == {"openai:http_503"}
    assert len(api.asked) == 18


def test_a_service_that_cannot_be_reached_is_stood_in_for(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    assert bench.annotated().fallback_reason == "openai:unreachable"
