"""What fires over a history, once for each incident, and when it resolves (spec 7.1, 7.2); healthy days are quiet."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from orchestration.alerts.replay import Fired, PastCalls
from orchestration.alerts.timeline import Sample
from orchestration.state.recent_calls import WatchedCall
from tests.orchestration.alerts.histories import MONDAY, Spoil, at, during, fired, history, with_starts

LOW, HIGH = 45, 2000
WEEK = 7


def of(past: PastCalls, days: int) -> dict[str, list[Fired]]:
    found: dict[str, list[Fired]] = {}
    for one in fired(past, days):
        found.setdefault(one.rule, []).append(one)
    return found


def spoilt(per_day: int, days: int, spoil: Spoil) -> dict[str, list[Fired]]:
    return of(with_starts(history(per_day, days, spoil)), days)


def is_out(start: datetime, minutes: int) -> Spoil:
    """No call begins in this time."""
    end = start + timedelta(minutes=minutes)
    return lambda call: None if call.started_at and start <= call.started_at < end else call


@pytest.mark.parametrize(("per_day", "days"), [(LOW, 14), (HIGH, 2)])
def test_healthy_days_and_nights_are_quiet(per_day: int, days: int):
    assert spoilt(per_day, days, lambda call: call) == {}


def test_an_outage_at_many_calls_is_known_after_ten_minutes_and_ends_with_the_next_call():
    found = spoilt(HIGH, 2, is_out(at(1, 11), 60))
    assert list(found) == ["Agent Down"]
    [down] = found["Agent Down"]
    assert timedelta(minutes=10) <= down.fired_at - at(1, 11) <= timedelta(minutes=16)
    assert down.resolved_at
    assert timedelta() <= down.resolved_at - at(1, 12) <= timedelta(minutes=4)


def test_an_outage_at_few_calls_is_known_when_the_silence_is_improbable():
    found = spoilt(LOW, 9, is_out(at(8, 10), 300))
    [down] = found["Agent Down"]
    assert down.value is not None
    assert 60 < down.value < 240  # minutes
    assert down.resolved_at
    assert down.resolved_at > at(8, 15)


def test_a_worker_that_answers_no_more_is_down_before_the_silence_says_so():
    samples = [
        Sample(at(1, 10, minute), worker_healthy=not 20 <= minute < 40, active_calls=0 if 20 <= minute < 40 else 2)
        for minute in range(0, 60, 2)
    ]
    past = with_starts(history(LOW, 2))
    past.samples = samples
    [down] = of(past, 2)["Agent Down"]
    assert (down.fired_at, down.resolved_at) == (at(1, 10, 22), at(1, 10, 40))


def test_a_worker_that_stands_still_at_night_wakes_nobody():
    past = with_starts(history(LOW, 2))
    past.samples = [Sample(at(1, 2, minute), worker_healthy=False, active_calls=0) for minute in range(0, 60, 2)]
    assert of(past, 2) == {}


def failing(start: datetime, minutes: int) -> Spoil:
    return during(start, minutes, failed=True, reason="error", errors={"tool ToolError": 1})


@pytest.mark.parametrize(("per_day", "minutes"), [(LOW, 120), (HIGH, 30)])
def test_an_error_burst_pages_once_and_silences_the_lesser_rule(per_day: int, minutes: int):
    found = spoilt(per_day, 2, failing(at(1, 11), minutes))
    [burst] = found.pop("Error Rate >10%")
    lesser = found.pop("Error Rate >5%", [])
    assert not found
    assert [one for one in lesser if one.fired_at >= burst.fired_at] == [], "it may come first, and not on the way down"
    assert burst.n is not None
    assert burst.n >= 5
    assert burst.value
    assert burst.value > 0.10
    assert burst.resolved_at
    assert at(1, 11) < burst.fired_at < at(1, 11) + timedelta(minutes=minutes) < burst.resolved_at


def test_one_failed_call_of_ten_is_told_to_operations_and_pages_nobody():
    failed: list[str] = []

    def one(call: WatchedCall) -> WatchedCall:
        if call.ended_at > at(1, 11) and not failed:
            failed.append(call.call_key)
            return replace(call, failed=True)
        return call

    assert list(spoilt(LOW, 2, one)) == ["Error Rate >5%"]
    assert failed


def test_every_twelfth_call_that_fails_is_told_to_operations_only():
    def every_twelfth(call: WatchedCall) -> WatchedCall:
        return replace(call, failed=True) if call.ended_at > at(1, 9) and int(call.call_key[1:]) % 14 == 0 else call

    found = spoilt(HIGH, 2, every_twelfth)
    assert "Error Rate >5%" in found


def slow(start: datetime, minutes: int, milliseconds: int) -> Spoil:
    end = start + timedelta(minutes=minutes)
    return lambda call: replace(call, latency_ms_sum=milliseconds * call.replies) if start <= call.ended_at < end else call


def test_a_latency_over_two_seconds_pages_and_silences_the_lesser_rule():
    found = spoilt(HIGH, 2, slow(at(1, 11), 60, 3500))
    assert list(found) == ["Average Latency >2000ms"]
    assert len(found["Average Latency >2000ms"]) == 1


def test_at_few_calls_an_average_passes_the_lower_threshold_first_and_each_is_told_once():
    found = spoilt(LOW, 2, slow(at(1, 11), 150, 3500))
    assert {rule: len(alerts) for rule, alerts in found.items()} == {"Average Latency >2000ms": 1, "Latency >1500ms Sustained": 1}


def test_a_latency_over_a_second_and_a_half_is_told_when_it_lasts():
    found = spoilt(HIGH, 2, slow(at(1, 11), 40, 1700))
    assert list(found) == ["Latency >1500ms Sustained"]
    [sustained] = found["Latency >1500ms Sustained"]
    assert sustained.fired_at - at(1, 11) >= timedelta(minutes=10)
    assert spoilt(HIGH, 2, slow(at(1, 11), 8, 1700)) == {}


@pytest.mark.parametrize("per_day", [LOW, HIGH])
def test_a_loop_that_takes_tokens_is_told_against_what_is_normal(per_day: int):
    def loop(call: WatchedCall) -> WatchedCall:
        looping = at(2, 11) <= call.ended_at < at(2, 13)
        return replace(call, tokens=(call.tokens or 0) * 6) if looping else call

    found = spoilt(per_day, 3, loop)
    assert list(found) == ["Token Usage Spike"]
    assert len(found["Token Usage Spike"]) == 1


def test_twice_as_many_calls_are_no_token_spike():
    more = history(LOW, 3) + [
        replace(call, call_key=f"x{call.call_key}") for call in history(200, 3, seed=5) if call.ended_at > at(2, 9)
    ]
    assert "Token Usage Spike" not in of(with_starts(sorted(more, key=lambda call: call.known_at)), 3)


def test_a_cost_over_the_budget_is_told():
    found = spoilt(HIGH, 1, during(at(0, 11), 90, usd=1.2))
    assert list(found) == ["Cost Burn Rate Exceeds Budget"]


@pytest.mark.parametrize("per_day", [LOW, HIGH])
def test_bad_connections_are_told(per_day: int):
    found = spoilt(per_day, 2, during(at(1, 10), 240, connection="Poor", region="US-CA"))
    assert list(found) == ["Connection Quality Degraded"]
    [bad] = found["Connection Quality Degraded"]
    assert bad.n is not None
    assert bad.n >= 10


def test_a_backlog_is_told_while_it_lasts_whatever_the_hour():
    past = with_starts(history(LOW, 1))
    past.samples = [Sample(at(0, 2, minute), queue_depth=150 if 10 <= minute < 40 else 3) for minute in range(60)]
    [backlog] = of(past, 1)["Queue Backlog >100"]
    assert (backlog.fired_at, backlog.resolved_at, backlog.value) == (at(0, 2, 14), at(0, 2, 42), 150)


def test_an_api_that_fails_is_its_own_subject_and_explains_the_errors():
    broken = during(at(1, 11), 60, apis={"LLM": (1, 1), "STT": (1, 0), "TTS": (1, 0)}, errors={"llm APITimeoutError": 3})
    found = spoilt(HIGH, 2, broken)
    assert [one.subject for one in found["API Failures"]] == ["LLM"]
    past = with_starts(history(LOW, 1))
    past.samples = [Sample(at(0, 12, minute), circuits=frozenset({"Salesforce"} if minute < 20 else ())) for minute in range(40)]
    [open_circuit] = of(past, 1)["API Failures"]
    assert (open_circuit.subject, open_circuit.fired_at) == ("Salesforce", at(0, 12))


def test_what_becomes_known_five_hours_late_raises_nothing():
    def late(call: WatchedCall) -> WatchedCall:
        failed = at(1, 9) <= call.ended_at < at(1, 12)
        return replace(call, failed=True, known_at=call.ended_at + timedelta(hours=5)) if failed else call

    past = with_starts(history(HIGH, 2, late))
    assert of(past, 2) == {}


def test_rejected_documents_are_told_and_are_no_failed_calls():
    past = with_starts(history(LOW, 1))
    past.calls += [WatchedCall("sessions/x", "rejected", at(0, 13), at(0, 13), None, failed=None, reason="bad_json")]
    assert [(one.rule, one.n) for one in fired(past, 1)] == [("Dead-Lettered or Rejected Sessions", 1)]


def test_the_same_history_fires_the_same():
    past = with_starts(history(LOW, 2, failing(at(1, 11), 120)))
    assert fired(past, 2) == fired(past, 2)
    assert fired(past, 2)[0].fired_at > MONDAY
