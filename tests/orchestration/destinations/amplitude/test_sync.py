"""Every call counted once in product analytics, whatever is replayed, corrected or lost on the way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from orchestration.delivery.failures import CircuitOpen
from orchestration.delivery.log import delivery_problems
from orchestration.destinations.amplitude.client import batches
from orchestration.destinations.amplitude.events import AmplitudeCall, AmplitudeUser, ToolUse, events_of
from tests.orchestration.destinations.amplitude.specified_properties import EVENTS, MAY_BE_ABSENT, PROFILE
from tests.support.destination_calls import CallsAndProject
from tests.support.lake_samples import changed, sample_documents

AT = datetime(2026, 11, 20, 15, 4, 5, tzinfo=UTC)


def a_call(**fields: object) -> AmplitudeCall:
    facts: dict[str, object] = {
        **{
            "session_id": "s1",
            "caller": AmplitudeUser("Dana@x.example", "PA_1234"),
            "start_time": AT,
            "ended": AT + timedelta(minutes=5),
        },
        **{"complete": True, "duration_seconds": 300, "turn_count": 8, "qualification_tier": "Tier 1", "engagement_score": 8.2},
        **{"sentiment": "positive", "meeting_booked": False, "interruption_count": 0, "turn_balance": 1.0},
        **{"dead_air_percentage": 1.5, "natural_ending": True, "latency": {"measured_replies": 0}, "components": {}},
        **{"total_tokens": None, **fields},
    }
    return AmplitudeCall(**facts)  # type: ignore[arg-type]


def test_names_and_types_are_those_of_the_specification(project: CallsAndProject):
    project.publish(sample_documents()[:12])
    assert project.sync().failure is None
    seen = {event["event_type"] for event in project.project.events}
    assert seen == set(EVENTS)
    for event in project.project.events:
        specified = EVENTS[event["event_type"]]
        found = event["event_properties"]
        assert set(found) <= set(specified)
        assert set(specified) - set(found) <= MAY_BE_ABSENT.get(event["event_type"], set())
        for name, value in found.items():
            assert isinstance(value, specified[name]), (event["event_type"], name, value)
    for profile in project.project.profiles.values():
        assert set(profile) == set(PROFILE)
        for name, value in profile.items():
            assert isinstance(value, PROFILE[name]), (name, value)


def test_an_address_that_was_only_spoken_is_nobodys_user_id(project: CallsAndProject):
    booking = {"tool": "book_sales_meeting", "customer_email": "victim@northlight.example", "success": True}
    document = changed(sample_documents()[0], user_email=None, tool_calls=[booking])
    project.publish([document])
    assert project.sync().failure is None
    assert {event.get("user_id") for event in project.project.events} == {None}
    assert {event.get("device_id") for event in project.project.events} == {document.participant_id}
    assert list(project.project.profiles) == [document.participant_id]
    assert "victim" not in str(project.project.events)


def test_a_replay_sends_nothing(project: CallsAndProject):
    project.publish(sample_documents()[:3])
    project.sync()
    requests = list(project.project.requests)
    project.publish(sample_documents()[:3])
    project.sync()
    assert project.project.requests == requests


def test_a_correction_is_not_counted_again(project: CallsAndProject):
    document = sample_documents()[2]
    project.publish([document])
    project.sync()
    before = len(project.project.events)
    project.publish([changed(document, revision=2, duration_seconds=document.duration_seconds + 60)])
    summary = project.sync()
    assert len(project.project.events) == before
    assert summary.counts_by_kind["event"].superseded == 1


def test_total_calls_is_the_warehouses_count(project: CallsAndProject):
    document = sample_documents()[2]
    project.publish([document])
    project.sync()
    again = changed(document, session_id="second", start_time=document.start_time + timedelta(hours=1), end_time=None)
    project.publish([again])
    project.sync()
    assert [profile["total_calls"] for profile in project.project.profiles.values()] == [2]


@pytest.mark.parametrize("fault", ["down", "lost", "slow", 500, 503, (429, "1"), (429, "Wed, 21 Oct 2015 07:28:00 GMT")])
def test_a_passing_fault_doubles_nothing(project: CallsAndProject, fault: str | int | tuple[int, str]):
    project.publish(sample_documents()[:2])
    project.project.faults = [fault, fault]
    assert project.sync().failure is None
    keys = [(event["event_type"], event["insert_id"]) for event in project.project.events]
    assert len(keys) == len(set(keys)) > 4


def test_one_bad_event_is_dropped_and_the_others_arrive(project: CallsAndProject):
    project.publish(sample_documents()[:2])
    project.project.refuse = {"latency_measured"}
    summary = project.sync()
    assert summary.counts_by_kind["event"].parked == 2
    assert summary.counts_by_kind["event"].sent == len(project.project.events)
    assert {problem["code"] for problem in delivery_problems(project.platform.state)} == {"400"}


def test_a_destination_that_stays_away_keeps_everything_due(project: CallsAndProject):
    project.publish(sample_documents()[:2])
    project.project.faults = ["down"] * 100
    for _ in range(5):
        assert project.sync().failure is not None
    with pytest.raises(CircuitOpen):
        project.sync()
    project.project.faults = []
    with project.platform.state.writing() as connection:
        connection.exec_driver_sql("delete from circuits")
    assert project.sync().failure is None
    assert len({event["event_properties"]["session_id"] for event in project.project.events}) == 2


def test_an_answer_lost_over_a_week_ago_is_not_sent_again(project: CallsAndProject):
    project.publish(sample_documents()[:1])
    project.project.faults = ["down"] * 4
    project.sync()
    with project.platform.state.writing() as connection:
        connection.exec_driver_sql("update delivery_log set intended_at = '2020-01-01 00:00:00.000000'")
        connection.exec_driver_sql("delete from circuits")
    project.sync()
    assert project.project.events == []
    assert {problem["state"] for problem in delivery_problems(project.platform.state)} == {"unknown"}


def test_keys_are_of_content_not_of_position():
    first = ToolUse("unleash_search_knowledge", AT, "templates", None, True, 3)
    second = ToolUse("unleash_search_knowledge", AT + timedelta(seconds=9), "pricing", "pricing", False, 0)
    keys = [{event.key for event in events_of(a_call(tools=tools))} for tools in ([first, second], [second, first])]
    assert keys[0] == keys[1]
    alike = events_of(a_call(tools=[first, first]))
    assert len({event.key for event in alike}) == len(alike)


def test_a_correction_changes_the_insert_id_and_not_the_key():
    one, other = events_of(a_call())[0], events_of(a_call(duration_seconds=301))[0]
    assert one.key == other.key
    assert one.insert_id != other.insert_id


def test_events_lie_in_the_call_where_they_happened():
    search = ToolUse("unleash_search_knowledge", AT + timedelta(seconds=30), "x", None, True, 1)
    times = {event.event_type: event.time for event in events_of(a_call(tools=[search]))}
    assert times["knowledge_base_searched"] == AT + timedelta(seconds=30)
    assert times["voice_trial_session_completed"] == AT + timedelta(minutes=5)


def test_latency_that_was_not_measured_is_not_sent():
    assert "latency_measured" not in {event.event_type for event in events_of(a_call())}


def test_long_queries_are_cut_with_a_mark():
    search = ToolUse("unleash_search_knowledge", AT, "ü" * 200_000, None, True, 1)
    [event] = [e for e in events_of(a_call(tools=[search])) if e.event_type == "knowledge_base_searched"]
    assert len(event.event_properties["query"]) == 1024
    assert event.event_properties["query"].endswith("[…]")


def test_a_request_holds_what_the_vendor_allows():
    bodies = [(n, {"user_id": f"user{n % 50}", "event_type": "x", "text": "y" * 900}) for n in range(5000)]
    sizes = [len(batch) for batch in batches(bodies)]
    assert sum(sizes) == 5000
    assert max(sizes) <= 1000
    for batch in batches(bodies):
        users = [body["user_id"] for _, body in batch]
        assert max(users.count(user) for user in set(users)) <= 30


def test_callers_amplitude_would_refuse_are_not_sent(project: CallsAndProject):
    document = changed(sample_documents()[2], user_email=None, participant_id="PA", tool_calls=[])
    project.publish([document])
    summary = project.sync()
    assert summary.counts_by_kind["event"].suppressed == summary.counts_by_kind["event"].examined > 0
    assert project.project.requests == []
