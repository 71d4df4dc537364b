{#- The fields that the warehouse reads from a session document, as a type for from_json; it is declared so that it does not depend
    on the data. -#}
{% macro document_type() -%}
'{
    "agent_version": "VARCHAR", "start_time": "VARCHAR", "end_time": "VARCHAR", "duration_seconds": "INTEGER",
    "participant_id": "VARCHAR", "user_email": "VARCHAR", "user_name": "VARCHAR", "disconnect_reason": "VARCHAR",
    "transcript": [{
        "id": "VARCHAR", "role": "VARCHAR", "text": "VARCHAR", "started_at": "VARCHAR", "ended_at": "VARCHAR",
        "interrupted": "BOOLEAN"
    }],
    "interruptions": ["JSON"],
    "turn_taking": {"turn_balance": "DOUBLE", "average_turn_duration_seconds": "DOUBLE"},
    "metrics": [{
        "timestamp": "VARCHAR", "item_id": "VARCHAR", "eou_delay": "INTEGER", "llm_ttft": "INTEGER", "tts_ttfb": "INTEGER",
        "stt_duration": "INTEGER", "total_latency": "INTEGER", "e2e_latency": "INTEGER", "prompt_tokens": "INTEGER",
        "completion_tokens": "INTEGER", "total_tokens": "INTEGER"
    }],
    "discovered_signals": {
        "team_size": "INTEGER", "monthly_volume": "INTEGER", "industry": "VARCHAR", "location": "VARCHAR",
        "use_case": "VARCHAR", "current_tool": "VARCHAR", "decision_timeline": "VARCHAR", "budget_authority": "VARCHAR",
        "urgency": "VARCHAR", "integration_needs": ["VARCHAR"], "pain_points": ["VARCHAR"]
    },
    "tool_calls": [{
        "tool": "VARCHAR", "timestamp": "VARCHAR", "query": "VARCHAR", "category": "VARCHAR", "results_found": "BOOLEAN",
        "total_results": "INTEGER", "error": "VARCHAR", "success": "BOOLEAN", "meeting_time": "VARCHAR",
        "calendar_event_id": "VARCHAR", "preferred_date": "VARCHAR", "preferred_time": "VARCHAR",
        "customer_email": "VARCHAR", "customer_name": "VARCHAR"
    }],
    "connection": {
        "bandwidth_in": "BIGINT", "bandwidth_out": "BIGINT", "packet_loss": "DOUBLE", "jitter": "DOUBLE",
        "device_info": {"browser": "VARCHAR", "os": "VARCHAR", "location": "VARCHAR"}
    },
    "errors": [{"timestamp": "VARCHAR", "component": "VARCHAR", "type": "VARCHAR"}]
}'
{%- endmacro %}


{#- Cast a UTC time in text to a naive UTC timestamp. Text that is not a time becomes null: an unchecked field must not stop the
    build. -#}
{% macro utc(expression) -%}
    try_cast({{ expression }} as timestamp)
{%- endmacro %}
