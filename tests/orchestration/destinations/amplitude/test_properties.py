"""Every property of section 5, one test each, for a call and a caller that have everything."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from orchestration.destinations.amplitude.events import AmplitudeCall, AmplitudeUser, Profile, ToolUse, events_of, profile_event
from orchestration.destinations.amplitude.features import features_of
from orchestration.destinations.amplitude.sources import PROPERTIES
from tests.orchestration.destinations.amplitude.specified_properties import EVENTS, PROFILE

AT = datetime(2026, 11, 20, 15, 4, 5, tzinfo=UTC)
DANA = AmplitudeUser("Dana@x.example", "PA_1234")
SALES = {
    "features_discussed": [{"feature": "bulk send", "evidence": [{"item_id": "item_003", "quote": "bulk send"}]}],
    "feature_requests": [{"feature": "bulk send", "priority": "nice_to_have"}],
}
CALL = AmplitudeCall(
    **{"session_id": "s1", "caller": DANA, "start_time": AT, "ended": AT + timedelta(minutes=5), "complete": True},
    **{"duration_seconds": 300, "turn_count": 8, "qualification_tier": "Tier 1", "engagement_score": 8.2, "sentiment": "positive"},
    **{"meeting_booked": True, "interruption_count": 2, "turn_balance": 0.9, "dead_air_percentage": 1.5, "natural_ending": True},
    latency={"measured_replies": 3, "average": 900.4, "p95": 1200.6, "max": 1300},
    components={"llm_ttft": {"average": 480.2}, "tts_ttfb": {"average": 190.7}},
    total_tokens=4000,
    tools=[
        ToolUse("unleash_search_knowledge", AT + timedelta(seconds=30), "bulk send", "features", True, 4),
        ToolUse(
            **{
                "tool": "book_sales_meeting",
                "at": AT + timedelta(seconds=90),
                "success": True,
                "meeting_time": AT + timedelta(days=4),
            },
            **{"preferred_date": "next Tuesday", "preferred_time": "2pm"},
        ),
    ],
    features=features_of(SALES, [], {"item_003": AT + timedelta(seconds=20)}),
)  # type: ignore[arg-type]
EXPECTED: dict[str, dict[str, Any]] = {
    "voice_trial_session_completed": {
        **{"session_id": "s1", "duration_seconds": 300, "turn_count": 8, "qualification_tier": "Tier 1", "engagement_score": 8.2},
        **{"sentiment": "positive", "meeting_booked": True, "tool_calls_count": 2},
    },
    "$identify": {
        **{"team_size": 15, "monthly_volume": None, "industry": "legal", "location": "Austin", "qualification_tier": "Unknown"},
        **{"lead_score": 87, "last_call_date": "2026-11-20T15:04:05.000Z", "total_calls": 3},
    },
    "knowledge_base_searched": {
        **{"query": "bulk send", "results_found": True, "total_results": 4, "category": "features", "session_id": "s1"},
    },
    "sales_meeting_booked": {
        **{"meeting_time": "2026-11-24T15:04:05.000Z", "preferred_date": "next Tuesday", "preferred_time": "2pm", "success": True},
        **{"qualification_tier": "Tier 1", "session_id": "s1"},
    },
    "feature_discussed": {"feature_name": "bulk send", "interest_level": "medium", "context": "question", "session_id": "s1"},
    "conversation_quality_measured": {
        **{"quality_score": 8.2, "turn_balance": 0.9, "interruption_count": 2, "dead_air_percentage": 1.5, "natural_ending": True},
        "session_id": "s1",
    },
    "latency_measured": {
        **{"avg_latency_ms": 900, "p95_latency_ms": 1201, "max_latency_ms": 1300, "avg_llm_ttft_ms": 480, "avg_tts_ttfb_ms": 191},
        **{"total_tokens": 4000, "session_id": "s1"},
    },
}


def found() -> dict[str, dict[str, Any]]:
    properties = {"team_size": 15, "monthly_volume": None, "industry": "legal", "location": "Austin", "qualification_tier": None}
    profile = profile_event(Profile("k", "s1", DANA, AT, {**properties, "lead_score": 87, "total_calls": 3}))
    events = {event.event_type: dict(event.event_properties) for event in events_of(CALL)}
    return {**events, "$identify": dict(profile.user_properties["$set"])}


@pytest.mark.parametrize(("event", "name"), [(event, name) for event, names in EXPECTED.items() for name in names])
def test_property(event: str, name: str):
    assert found()[event][name] == EXPECTED[event][name]


def test_the_list_is_the_specifications():
    listed = {event: set(properties) for (_, event), properties in PROPERTIES.items()}
    assert listed == {**{event: set(names) for event, names in EVENTS.items()}, "$identify": set(PROFILE)}
    assert {event: set(names) for event, names in found().items()} == listed


@pytest.mark.parametrize(
    ("sales", "actions", "interest", "context"),
    [
        ({"feature_requests": [{"feature": "templates", "priority": "must_have"}]}, [], "high", "question"),
        ({"objections": [{"category": "features", "topic": "no templates"}]}, [], "low", "objection"),
        ({}, [{"kind": "demo_request", "features": ["templates"]}], "high", "demo_request"),
        ({}, [], "low", "question"),
    ],
)
def test_interest_and_context_of_a_feature(sales: dict[str, Any], actions: list[dict[str, Any]], interest: str, context: str):
    [feature] = features_of({**sales, "features_discussed": [{"feature": "templates"}]}, actions, {})
    assert (feature.interest, feature.context) == (interest, context)


def test_a_caller_is_an_address_else_a_device():
    bodies = [event.body() for event in events_of(CALL)]
    assert {body["user_id"] for body in bodies} == {"dana@x.example"}
    assert AmplitudeUser(None, "PA_1234").identity == {"device_id": "PA_1234"}
