"""Section 5 of the specification as data: names and types. What was not measured may be absent."""

NUMBER = (int, float)
NONE = type(None)
EVENTS = {
    "voice_trial_session_completed": {
        **{"session_id": str, "duration_seconds": int, "turn_count": int, "qualification_tier": str, "engagement_score": NUMBER},
        **{"sentiment": str, "meeting_booked": bool, "tool_calls_count": int},
    },
    "knowledge_base_searched": {
        **{"query": (str, NONE), "results_found": bool, "total_results": int, "category": (str, NONE), "session_id": str},
    },
    "sales_meeting_booked": {
        **{"meeting_time": str, "preferred_date": str, "preferred_time": str, "success": bool, "qualification_tier": str},
        "session_id": str,
    },
    "feature_discussed": {"feature_name": str, "interest_level": str, "context": str, "session_id": str},
    "conversation_quality_measured": {
        **{"quality_score": NUMBER, "turn_balance": NUMBER, "interruption_count": int, "dead_air_percentage": NUMBER},
        **{"natural_ending": bool, "session_id": str},
    },
    "latency_measured": {
        **{"avg_latency_ms": int, "p95_latency_ms": int, "max_latency_ms": int, "avg_llm_ttft_ms": int, "avg_tts_ttfb_ms": int},
        **{"total_tokens": int, "session_id": str},
    },
}
MAY_BE_ABSENT = {
    "voice_trial_session_completed": {"engagement_score", "sentiment", "duration_seconds"},
    "knowledge_base_searched": {"total_results", "results_found"},
    "sales_meeting_booked": {"meeting_time", "preferred_date", "preferred_time"},
    "conversation_quality_measured": {"turn_balance", "dead_air_percentage", "natural_ending"},
    "latency_measured": {"avg_llm_ttft_ms", "avg_tts_ttfb_ms", "total_tokens"},
}
PROFILE = {
    **{"team_size": (int, NONE), "monthly_volume": (int, NONE), "industry": (str, NONE), "location": (str, NONE)},
    **{"qualification_tier": str, "lead_score": (int, NONE), "last_call_date": str, "total_calls": int},
}
