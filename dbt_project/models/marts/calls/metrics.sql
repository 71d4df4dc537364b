-- grain: one row per session, position of the reply and type of metric; one cost row marks a session whose cost is known
with replies as (
    select * from {{ ref("int_replies") }}
),

priced as (
    select session_id
    from {{ ref("int_cost_lines") }}
    where usd is not null
),

measured as (
    select
        * exclude (prompt_tokens, completion_tokens, total_tokens),
        'latency' as metric_type
    from replies
    where coalesce(eou_delay, llm_ttft, tts_ttfb, total_latency, stt_duration, e2e_latency) is not null
    union all by name
    select
        session_id,
        received_at,
        position,
        measured_at,
        item_id,
        prompt_tokens,
        completion_tokens,
        total_tokens,
        'tokens' as metric_type
    from replies
    where coalesce(prompt_tokens, completion_tokens, total_tokens) is not null
    union all by name
    select
        calls.session_id,
        calls.received_at,
        -1 as position,
        {{ utc("calls.call.end_time") }} as measured_at,
        'cost' as metric_type
    from {{ ref("int_calls") }} as calls
    where calls.session_id in (select priced.session_id from priced)
)

select
    {{ bigint_key(["session_id", "position", "metric_type"]) }} as id,
    session_id,
    measured_at as timestamp,
    metric_type,
    eou_delay as eou_delay_ms,
    llm_ttft as llm_ttft_ms,
    tts_ttfb as tts_ttfb_ms,
    total_latency as total_latency_ms,
    prompt_tokens,
    completion_tokens,
    coalesce(total_tokens, prompt_tokens + completion_tokens) as total_tokens,
    stt_duration as stt_duration_ms,
    received_at as created_at,
    item_id
from measured
