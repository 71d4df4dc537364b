"""Calls of a sample history are valid, as many as asked for, the same under a seed, and changed only by their own incidents."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract.platform.failures import ConfigurationFailure
from contract.reading import read_document
from orchestration.sample_history.documents import document_of, known_at, start_marker
from orchestration.sample_history.history import HistoryDay, history_days
from orchestration.sample_history.planning import HistoryPlan
from orchestration.sample_history.texts import MOST_TEXTS
from orchestration.sample_history.volume import calls_on
from tests.support.sample_histories import MONDAY, NOW, incident, plan_of

INCIDENTS: dict[str, dict[str, Any]] = {
    "outage": {},
    "latency_ramp": {"peak_ms": 3000},
    "error_burst": {"share": 0.5},
    "bad_connections": {"share": 0.5},
    "cost_spike": {"factor": 20},
    "token_loop": {"factor": 6},
    "queue_backlog": {"depth": 150, "delay_minutes": 30},
    "late_delivery": {"delay_minutes": 300},
    "api_failure": {"api": "knowledge_base"},
    "hot_lead": {"count": 2},
    "booking": {"count": 2},
    "competitor": {"count": 2},
    "low_engagement": {"count": 2},
    "feature_wave": {"count": 2, "feature": "a mobile app"},
    "content_gap_wave": {"count": 2, "queries": ["zapier"]},
}
few = settings(max_examples=8, deadline=None)
kinds = st.sampled_from(sorted(INCIDENTS))


def documents(plan: HistoryPlan) -> dict[str, bytes]:
    known = (known for day in history_days(plan) for known in day.documents())
    return {k.document["session_id"]: orjson.dumps([k.document, k.known_at]) for k in known}


def the_day(plan: HistoryPlan) -> HistoryDay:
    (day,) = history_days(plan)
    return day


@few
@given(day=st.integers(0, 6), per_day=st.integers(1, 300), seed=st.integers(0, 999))
def test_a_day_has_the_calls_of_its_weekday(day: int, per_day: int, seed: int):
    found = list(history_days(plan_of(days=day + 1, per_day=per_day, seed=seed)))[-1]
    assert len(found.calls) == calls_on(MONDAY + timedelta(days=day), per_day)
    zone = ZoneInfo("America/New_York")
    assert {call.start.astimezone(zone).date() for call in found.calls} <= {MONDAY + timedelta(days=day)}
    assert [call.start for call in found.calls] == sorted(call.start for call in found.calls)


@given(per_day=st.integers(20, 3000))
@few
def test_a_week_has_the_mean_that_was_asked_for_and_nights_are_quiet(per_day: int):
    week = [calls_on(MONDAY + timedelta(days=number), per_day) for number in range(7)]
    assert sum(week) == pytest.approx(7 * per_day, abs=7)
    zone = ZoneInfo("America/New_York")
    hours = [call.start.astimezone(zone).hour for call in the_day(plan_of(per_day=per_day)).calls]
    assert sum(8 <= hour < 18 for hour in hours) >= 0.9 * len(hours) - 2
    assert sum(hour < 6 for hour in hours) <= 0.02 * len(hours) + 1


@few
@given(kind=kinds, seed=st.integers(0, 99))
def test_equal_plans_give_equal_documents_and_other_seeds_others(kind: str, seed: int):
    first, second, other = (documents(plan_of(incident(kind, **INCIDENTS[kind]), seed=number)) for number in (seed, seed, seed + 1))
    assert first == second
    assert not first.keys() & other.keys()


@few
@given(kind=kinds, per_day=st.integers(30, 200))
def test_every_document_is_valid_and_known_after_its_end(kind: str, per_day: int):
    day = the_day(plan_of(incident(kind, **INCIDENTS[kind]), per_day=per_day))
    for known in day.documents():
        read = read_document(orjson.dumps(known.document), now=NOW)
        assert read.end_time is not None
        assert read.start_time < read.end_time <= known.known_at
    for call, marker in zip(day.calls, day.starts(), strict=True):
        assert datetime.fromisoformat(marker["known_at"]) > call.start
        assert marker["session_id"] == call.session_id


@few
@given(kind=kinds, start=st.integers(8, 12), hours=st.integers(2, 5))
def test_an_incident_changes_calls_of_its_window_and_no_others(kind: str, start: int, hours: int):
    window = incident(kind, f"{start:02d}:00", f"{start + hours:02d}:00", **INCIDENTS[kind])
    calm, changed = plan_of(), plan_of(window)
    (found,) = changed.file.incidents
    before, after = documents(calm), documents(changed)
    inside = {c.session_id for c in the_day(calm).calls if found.contains(c.start if kind == "outage" else c.end)}
    differ = {session_id for session_id, document in before.items() if after.get(session_id) != document}
    assert after.keys() <= before.keys()
    assert differ
    assert differ <= inside


@pytest.mark.parametrize(
    ("kind", "parameters", "fields"),
    [
        ("latency_ramp", {"peak_ms": 3000}, {"metrics"}),
        ("error_burst", {}, {"disconnect_reason", "errors"}),
        ("bad_connections", {}, {"connection"}),
        ("cost_spike", {"factor": 20}, {"metrics"}),
        ("token_loop", {"factor": 6}, {"metrics"}),
        ("queue_backlog", {"depth": 150}, set[str]()),
        ("late_delivery", {"delay_minutes": 300}, set[str]()),
        ("api_failure", {"api": "knowledge_base"}, {"tool_calls"}),
        ("api_failure", {"api": "calendar"}, {"tool_calls"}),
        ("api_failure", {"api": "stt"}, {"errors"}),
        ("api_failure", {"api": "slack"}, set[str]()),
        ("content_gap_wave", {"count": 2, "queries": ["zapier"]}, {"tool_calls"}),
    ],
)
def test_an_incident_changes_what_it_is_about(kind: str, parameters: dict[str, Any], fields: set[str]):
    plan = plan_of(incident(kind, **parameters))
    for calm, call in zip(the_day(plan_of()).calls, the_day(plan).calls, strict=True):
        before, after = document_of(calm, plan.seed), document_of(call, plan.seed)
        assert {name for name in before if before[name] != after[name]} == (fields if call.incidents else set())


def test_a_ramp_adds_ever_more_until_its_peak():
    day = the_day(plan_of(incident("latency_ramp", peak_ms=3000), per_day=300))
    calm = the_day(plan_of(per_day=300))
    added = [
        after["metrics"][1]["total_latency"] - before["metrics"][1]["total_latency"]
        for after, before in zip((k.document for k in day.documents()), (k.document for k in calm.documents()), strict=True)
    ]
    ramp = [extra for call, extra in zip(day.calls, added, strict=True) if call.incidents]
    assert ramp == sorted(ramp)
    assert 0 <= ramp[0] < 200
    assert 2800 < ramp[-1] <= 3000


def test_a_share_is_spread_so_that_any_run_of_calls_holds_nearly_it():
    day = the_day(plan_of(incident("error_burst", share=0.25), per_day=2000))
    (burst,) = plan_of(incident("error_burst", share=0.25)).file.incidents
    by_end = sorted((call for call in day.calls if burst.contains(call.end)), key=lambda call: call.end)
    failed = [bool(call.incidents) for call in by_end]
    assert {sum(failed[index : index + 8]) for index in range(len(failed) - 8)} == {2}


def test_the_longest_gap_of_business_hours_is_no_outage():
    """With independent arrivals a gap of five mean intervals comes twice a month at 45 calls a day."""
    starts = [call.start for day in history_days(plan_of(days=5)) for call in day.calls]
    zone = ZoneInfo("America/New_York")
    gaps = [after - start for start, after in pairwise(starts) if 9 <= start.astimezone(zone).hour < 16]
    assert max(gaps) < 2.5 * (sum(gaps, timedelta()) / len(gaps))


def test_late_documents_are_known_late_and_their_starts_are_not():
    plan = plan_of(incident("late_delivery", delay_minutes=300))
    late = [call for call in the_day(plan).calls if call.incidents]
    assert late
    assert all(known_at(call, plan.seed) - call.end > timedelta(hours=5) for call in late)
    assert all(datetime.fromisoformat(start_marker(call)["known_at"]) - call.start < timedelta(minutes=1) for call in late)


def test_no_call_starts_in_an_outage_and_those_under_way_end():
    plan = plan_of(incident("outage"), per_day=2000)
    (outage,) = plan.file.incidents
    assert not [call for call in the_day(plan).calls if outage.contains(call.start)]
    assert [call for call in the_day(plan).calls if call.start < outage.start < call.end]


def test_a_history_shares_few_texts():
    waves = [
        incident(kind, "08:00", "18:00", **INCIDENTS[kind] | {"count": 40}) for kind in ("hot_lead", "booking", "feature_wave")
    ]
    texts = {call.text.lines for day in history_days(plan_of(*waves, days=2, per_day=1000)) for call in day.calls}
    assert 40 < len(texts) <= MOST_TEXTS


def test_an_incident_that_wants_more_calls_than_there_are_is_named():
    plan = plan_of(incident("hot_lead", "10:00", "10:20", count=20))
    with pytest.raises(ConfigurationFailure, match=r"hot-lead wants 20 calls, and [0-9]+ end in its window"):
        list(history_days(plan))


def test_a_call_is_of_one_text():
    plan = plan_of(incident("hot_lead", count=8), incident("booking", count=4))
    incidents = [call.incidents for call in the_day(plan).calls if call.incidents]
    assert len(incidents) == 12
    assert all(len(found) == 1 for found in incidents)
