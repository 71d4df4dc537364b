"""Spikes are measured against the call itself; errors cluster in time or recur (spec 3.6)."""

from __future__ import annotations

from typing import Any

from analyzers.performance import performance
from tests.analyzers.recorded_calls import REFERENCE, agent, at, recorded_call


def anomalies(**fields: Any) -> Any:
    return performance(recorded_call([agent()], **fields), REFERENCE).anomalies


def error(seconds: float | None, component: str = "llm", kind: str = "APITimeoutError") -> dict[str, Any]:
    return {"timestamp": None if seconds is None else at(seconds), "component": component, "type": kind, "message": "secret words"}


def replies(*totals: int, field: str = "total_latency") -> list[dict[str, Any]]:
    return [{"timestamp": at(n), "item_id": f"item_{n}", field: total} for n, total in enumerate(totals)]


def test_a_reply_over_twice_the_median_is_a_spike_with_its_time() -> None:
    (spike,) = anomalies(metrics=replies(800, 900, 1000, 1801, 700))
    assert (spike.kind, spike.value, spike.normal, spike.item_id, spike.timestamp) == ("latency_spike", 1801, 900, "item_3", at(3))


def test_exactly_twice_the_median_is_no_spike() -> None:
    assert anomalies(metrics=replies(900, 900, 1800)) == ()


def test_token_spikes_are_found_the_same_way() -> None:
    (spike,) = anomalies(metrics=replies(1000, 1000, 2500, field="total_tokens"))
    assert (spike.kind, spike.unit, spike.value) == ("token_spike", "tokens", 2500)


def test_three_errors_within_a_minute_are_one_burst() -> None:
    found = anomalies(errors=[error(60, "tts", "Gone"), error(0), error(30, "stt", "Lost"), error(61, "llm", "Slow")])
    assert [(a.kind, a.value, a.timestamp, a.until) for a in found] == [("error_burst", 3, at(0), at(60))]


def test_errors_further_apart_are_no_burst() -> None:
    assert [a.kind for a in anomalies(errors=[error(0, "a"), error(31, "b"), error(61, "c")])] == []


def test_the_same_error_twice_recurs_even_without_times() -> None:
    (found,) = anomalies(errors=[error(None), error(None)])
    assert (found.kind, found.value, found.timestamp, found.errors) == ("recurring_error", 2, None, ("llm: APITimeoutError",))


def test_messages_of_errors_stay_out_of_the_report() -> None:
    report = performance(recorded_call(errors=[error(0), error(1), error(2)]), REFERENCE)
    assert "secret" not in report.model_dump_json()
