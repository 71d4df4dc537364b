"""Samples show the queue, the calls and the health of the platform in each minute, in few lines."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from orchestration.sample_history.history import history_days
from orchestration.sample_history.samples import MINUTE, CallTimes, Sample, samples
from tests.support.sample_histories import incident, plan_of


def sampled(*incidents: dict[str, Any], per_day: int = 2000) -> list[Sample]:
    return [sample for day in history_days(plan_of(*incidents, per_day=per_day)) for sample in day.samples]


def during(samples: list[Sample], start: str, end: str) -> list[Sample]:
    """Those from ``start`` to ``end`` of the Monday, in New York."""
    begin, finish = (datetime.fromisoformat(f"2026-06-01T{at}:00-04:00") for at in (start, end))
    return [sample for sample in samples if begin <= datetime.fromisoformat(sample["at"]) < finish]


def test_an_ordinary_day_is_calm_and_has_few_lines():
    samples = sampled()
    assert {(s["worker_health"], s["dead_letters"], *s["circuits"].values()) for s in samples} == {("up", 0, *["closed"] * 4)}
    assert max(sample["queue_depth"] for sample in samples) < 20
    assert max(sample["active_calls"] for sample in samples) > 3
    assert len(samples) <= 24 * 12
    assert len(sampled(per_day=45)) < len(samples)


def test_a_line_comes_at_least_every_half_hour_and_is_known_after_it():
    moments = [datetime.fromisoformat(sample["at"]) for sample in sampled(per_day=45)]
    assert max(after - before for before, after in pairwise(moments)) <= timedelta(minutes=30)
    assert all(datetime.fromisoformat(s["known_at"]) > datetime.fromisoformat(s["at"]) for s in sampled(per_day=45))


@pytest.mark.parametrize(
    ("kind", "parameters", "field", "calm", "bad"),
    [
        ("outage", {}, "worker_health", "up", "gone"),
        ("dead_letters", {"count": 3}, "dead_letters", 0, 3),
    ],
)
def test_an_incident_is_sampled_from_its_first_minute_to_its_last(
    kind: str, parameters: dict[str, Any], field: str, calm: object, bad: object
):
    samples = sampled(incident(kind, "10:02", "11:03", **parameters))
    assert {sample[field] for sample in during(samples, "10:02", "11:03")} == {bad}
    assert {sample[field] for sample in samples if sample not in during(samples, "10:02", "11:03")} == {calm}
    assert {during(samples, "10:02", "10:03")[0][field], during(samples, "11:03", "11:04")[0][field]} == {calm, bad}


def test_a_backlog_is_deep_and_grows_old():
    samples = during(sampled(incident("queue_backlog", "10:02", "12:03", depth=150, delay_minutes=30)), "10:02", "12:03")
    assert min(sample["queue_depth"] for sample in samples) == 150
    ages = [sample["queue_age_seconds"] for sample in samples]
    assert ages == sorted(ages)
    assert ages[-1] > 7000


def test_late_documents_are_not_in_the_queue():
    samples = sampled(incident("late_delivery", delay_minutes=300))
    assert max(sample["queue_depth"] for sample in samples) < 20


def test_only_the_failing_service_has_an_open_circuit():
    samples = sampled(incident("api_failure", "10:02", "11:03", api="slack"))
    failing = during(samples, "10:02", "11:03")
    assert failing
    assert all(
        s["circuits"] == {"salesforce": "closed", "amplitude": "closed", "slack": "open", "openai": "closed"} for s in failing
    )
    assert all("open" not in s["circuits"].values() for s in samples if s not in failing)


def test_an_outage_whose_worker_answers_shows_no_calls():
    samples = during(sampled(incident("outage", "10:02", "12:03", worker_health="up")), "10:15", "12:03")
    assert {(sample["worker_health"], sample["active_calls"]) for sample in samples} == {("up", 0)}


def test_a_call_of_the_day_before_is_under_way_after_midnight():
    midnight = datetime(2026, 6, 2, 4, tzinfo=UTC)
    calls = CallTimes([midnight - MINUTE], [midnight + MINUTE], [(midnight + MINUTE, midnight + 2 * MINUTE)])
    found = list(samples(midnight, midnight + timedelta(hours=1), calls, ()))
    assert [(sample["active_calls"], sample["queue_depth"]) for sample in found] == [(1, 0), (0, 0), (0, 0)]
