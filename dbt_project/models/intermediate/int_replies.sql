-- grain: one row per measured agent reply of a session in scope, by its position in the document
with replies as (
    select
        session_id,
        received_at,
        unnest(call.metrics) as reply,
        generate_subscripts(call.metrics, 1) - 1 as position
    from {{ ref("int_calls") }}
)

select
    session_id,
    position,
    received_at,
    {{ utc("reply.timestamp") }} as measured_at,
    reply.* exclude (timestamp, total_latency),
    coalesce(reply.total_latency, reply.eou_delay + reply.llm_ttft + reply.tts_ttfb) as total_latency
from replies
