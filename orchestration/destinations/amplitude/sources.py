"""List every property of spec 5 with its type and source column; the documentation shows it and a test compares."""

from __future__ import annotations

_TIER = ("String", "sessions.qualification_tier")
_SESSION = ("String", "sessions.session_id")
PROPERTIES: dict[tuple[str, str], dict[str, tuple[str, str]]] = {
    ("5.1", "voice_trial_session_completed"): {
        "session_id": _SESSION,
        "duration_seconds": ("Integer", "sessions.duration_seconds"),
        "turn_count": ("Integer", "sessions.turn_count"),
        "qualification_tier": _TIER,
        "engagement_score": ("Number", "sessions.engagement_score"),
        "sentiment": ("String", "sessions.sentiment"),
        "meeting_booked": ("Boolean", "sessions.meeting_booked"),
        "tool_calls_count": ("Integer", "rows of tool_calls"),
    },
    ("5.2", "$identify"): {
        "team_size": ("Integer or null", "leads.team_size"),
        "monthly_volume": ("Integer or null", "leads.monthly_volume"),
        "industry": ("String or null", "leads.industry"),
        "location": ("String or null", "leads.location"),
        "qualification_tier": ("String", "leads.qualification_tier, Unknown when the caller never spoke"),
        "lead_score": ("Integer", "leads.lead_score"),
        "last_call_date": ("Timestamp", "leads.last_call_date"),
        "total_calls": ("Integer", "leads.total_calls"),
    },
    ("5.3", "knowledge_base_searched"): {
        "query": ("String", "tool_calls.query"),
        "results_found": ("Boolean", "tool_calls.results_found"),
        "total_results": ("Integer", "tool_calls.total_results"),
        "category": ("String or null", "tool_calls.category"),
        "session_id": _SESSION,
    },
    ("5.3", "sales_meeting_booked"): {
        "meeting_time": ("Timestamp", "tool_calls.meeting_time"),
        "preferred_date": ("String", "tool_calls.preferred_date"),
        "preferred_time": ("String", "tool_calls.preferred_time"),
        "success": ("Boolean", "tool_calls.success"),
        "qualification_tier": _TIER,
        "session_id": _SESSION,
    },
    ("5.3", "feature_discussed"): {
        "feature_name": ("String", "sales_intelligence.features_discussed"),
        "interest_level": ("String", "sales_intelligence.feature_requests, action_items"),
        "context": ("String", "sales_intelligence.objections, action_items"),
        "session_id": _SESSION,
    },
    ("5.4", "conversation_quality_measured"): {
        "quality_score": ("Number", "sessions.engagement_score"),
        "turn_balance": ("Number", "session_facts.turn_balance"),
        "interruption_count": ("Integer", "sessions.interruption_count"),
        "dead_air_percentage": ("Number", "session_facts.dead_air_percentage"),
        "natural_ending": ("Boolean", "session_facts.natural_ending"),
        "session_id": _SESSION,
    },
    ("5.5", "latency_measured"): {
        "avg_latency_ms": ("Integer", "performance.latency.average"),
        "p95_latency_ms": ("Integer", "performance.latency.p95"),
        "max_latency_ms": ("Integer", "performance.latency.max"),
        "avg_llm_ttft_ms": ("Integer", "performance.components.llm_ttft.average"),
        "avg_tts_ttfb_ms": ("Integer", "performance.components.tts_ttfb.average"),
        "total_tokens": ("Integer", "session_facts.total_tokens"),
        "session_id": _SESSION,
    },
}
