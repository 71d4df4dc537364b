"""One row a call of the last 35 days, which alert rules look at: written as soon as the call is known, corrected in place."""

from __future__ import annotations

from datetime import timedelta

import pytest

from contract.document.keys import checkpoint_key, session_key
from contract.document.session import SessionDocument
from contract.reference import Reference
from orchestration.alerts.lost_calls import take_in_lost_calls
from orchestration.alerts.recent import recent_call
from orchestration.local_run import run_pending
from orchestration.resources import Platform
from orchestration.state.recent_calls import KEPT, WatchedCall, calls_ended_since, record_analysed_calls, record_failed_calls
from tests.support.documents import NOW, REPLY, START, packed, put, session

FAILED_SEARCH = {
    "tool": "unleash_search_knowledge",
    "timestamp": START.isoformat(),
    "query": "zapier",
    "results_found": False,
    "total_results": 0,
}
OUTAGE = {**FAILED_SEARCH, "results_found": None, "total_results": None, "error": "TimeoutError"}


def recent(platform: Platform) -> list[WatchedCall]:
    with platform.state.reading() as connection:
        return calls_ended_since(connection, NOW - timedelta(days=60))


def call(key: str = "one", **fields: object) -> WatchedCall:
    given = {"source": "analysed", "known_at": NOW, "ended_at": NOW, "started_at": NOW, "failed": False, "reason": "user_hangup"}
    return WatchedCall(key, **{**given, **fields})  # pyright: ignore[reportArgumentType]


def made_of(**fields: object) -> WatchedCall:
    document = SessionDocument.model_validate(session(start=START, **fields))
    return recent_call(document, {}, Reference())


def test_a_call_holds_what_rules_sum_up():
    found = made_of(metrics=[REPLY, {**REPLY, "total_latency": 1100, "tts_ttfb": None}], tool_calls=[FAILED_SEARCH, OUTAGE])
    assert (found.replies, found.latency_ms_sum, found.tokens) == (2, 2000, 2100)
    assert found.components == {"eou_delay": (2, 400), "llm_ttft": (2, 1000), "tts_ttfb": (1, 200)}
    assert found.apis == {"LLM": (1, 0), "STT": (1, 0), "TTS": (1, 0), "knowledge base": (2, 1)}
    assert found.usd == pytest.approx(sum(found.usd_by_component.values()))


def test_errors_count_by_component_and_type_and_a_call_fails_once():
    error = {"timestamp": START.isoformat(), "component": "llm", "type": "APITimeoutError", "message": "no answer"}
    found = made_of(errors=[error, error], disconnect_reason="error")
    assert found.errors == {"llm APITimeoutError": 2}
    assert (found.failed, found.reason, found.apis["LLM"]) == (True, "error", (1, 1))


def test_an_incomplete_document_is_a_lost_call():
    found = made_of(complete=False, disconnect_reason="unknown")
    assert (found.failed, found.reason) == (True, "lost")


def test_what_was_not_measured_is_null(two_calls: Platform):
    found = made_of(metrics=[], models={}, connection={})
    assert (found.replies, found.tokens, found.connection, found.region) == (0, None, None, None)


def test_analysing_a_call_enters_it_with_the_time_it_became_known(two_calls: Platform):
    assert [(one.call_key, one.source, one.known_at) for one in recent(two_calls)] == [
        ("one", "analysed", NOW), ("two", "analysed", NOW)
    ]  # fmt: skip
    assert recent(two_calls)[0].engagement is not None


def test_a_call_with_errors_is_entered_as_it_was_made(two_calls: Platform):
    error = {"timestamp": START.isoformat(), "component": "llm", "type": "APITimeoutError", "message": "no answer"}
    made = made_of(errors=[error, error], disconnect_reason="error")
    with two_calls.state.writing() as connection:
        record_analysed_calls(connection, [made], [], START)
    assert made in recent(two_calls)


def test_a_test_call_is_none(two_calls: Platform):
    put(two_calls, session("rehearsal", test_call=True))
    run_pending(two_calls)
    assert [one.call_key for one in recent(two_calls)] == ["one", "two"]


def test_a_rejected_document_is_there_until_it_can_be_read(two_calls: Platform):
    key = session_key("three", START)
    put(two_calls, {**session("three"), "transcript": "no list"})
    run_pending(two_calls)
    [rejected] = [one for one in recent(two_calls) if one.source == "rejected"]
    assert (rejected.call_key, rejected.failed) == (key, None)
    put(two_calls, session("three"))
    run_pending(two_calls)
    assert [one.call_key for one in recent(two_calls) if one.known_at >= NOW and one.source != "analysed"] == []
    assert "three" in {one.call_key for one in recent(two_calls)}


def test_a_lost_call_is_known_before_its_document_and_corrected_by_it(two_calls: Platform):
    heartbeat = {"heartbeat": (NOW - timedelta(minutes=5)).isoformat(), "complete": False, "disconnect_reason": "unknown"}
    two_calls.store.put(checkpoint_key("lost_1"), packed(session("lost_1", **heartbeat)))
    take_in_lost_calls(two_calls)
    [lost] = [one for one in recent(two_calls) if one.source == "lost"]
    assert (lost.call_key, lost.failed, lost.reason, lost.ended_at) == ("lost_1", True, "lost", NOW - timedelta(minutes=5))
    run_pending(two_calls)
    [corrected] = [one for one in recent(two_calls) if one.call_key == "lost_1"]
    assert (corrected.source, corrected.failed, corrected.known_at) == ("analysed", True, lost.known_at)


def test_a_correction_leaves_when_the_call_became_known(two_calls: Platform):
    with two_calls.state.writing() as connection:
        record_analysed_calls(connection, [call(known_at=NOW - timedelta(minutes=3))], [], NOW)
        record_analysed_calls(connection, [call(failed=True, usd=0.2)], [], NOW)
        record_failed_calls(connection, [call(source="lost", failed=True, usd=None)], NOW)
    [found] = [one for one in recent(two_calls) if one.call_key == "one"]
    assert (found.known_at, found.failed, found.usd, found.source) == (NOW, True, 0.2, "analysed")


def test_what_ended_before_35_days_is_not_kept(two_calls: Platform):
    old = [call("old", ended_at=NOW - KEPT - timedelta(seconds=1)), call("young", ended_at=NOW - KEPT + timedelta(hours=1))]
    with two_calls.state.writing() as connection:
        record_analysed_calls(connection, old, [], NOW)
    assert "young" in {one.call_key for one in recent(two_calls)}
    with two_calls.state.writing() as connection:
        record_analysed_calls(connection, [], [], NOW + timedelta(hours=2))
    assert {one.call_key for one in recent(two_calls)} == {"one", "two"}
