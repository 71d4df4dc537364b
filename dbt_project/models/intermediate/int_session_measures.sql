-- grain: one row per session: its periods, the dimensions of the rollups, and every measure that they sum
-- depends_on: {{ ref("int_touched_hours") }}, {{ ref("int_touched_days") }}
{{ config(materialized="incremental", incremental_strategy="touched", unique_key="session_id") }}

with sessions as (
    select * from {{ ref("sessions") }}
    {{ where_in_batch() }}
),

facts as (
    select * from {{ ref("session_facts") }}
    {{ where_in_batch() }}
),

signals as (
    select
        session_id,
        team_size
    from {{ ref("session_signals") }}
    {{ where_in_batch() }}
),

replies as (
    select
        session_id,
        sum(eou_delay) as eou_ms,
        count(eou_delay) as eou_replies,
        sum(llm_ttft) as llm_ms,
        count(llm_ttft) as llm_replies,
        sum(tts_ttfb) as tts_ms,
        count(tts_ttfb) as tts_replies
    from {{ ref("int_replies") }}
    group by session_id
),

used as (
    select
        session_id,
        unnest(call.tool_calls) as used
    from {{ ref("int_calls") }}
),

searches as (
    select
        session_id,
        list(used.total_results) filter (where used.total_results is not null) as search_results,
        count_if(used.total_results is null and used.error is not null) as search_outages
    from used
    where used.tool = 'unleash_search_knowledge'
    group by session_id
)

select
    sessions.session_id,
    {{ hour_of("sessions.start_time") }} as hour,
    {{ business_day_of("sessions.start_time") }} as business_day,
    coalesce(nullif(sessions.agent_version, ''), 'unknown') as agent_version,
    coalesce(sessions.qualification_tier, 'unknown') as qualification_tier,
    coalesce(sessions.sentiment, 'unknown') as sentiment,
    coalesce(facts.industry, 'unknown') as industry,
    sessions.lead_score,
    cast(sessions.engagement_score as decimal(4, 1)) as engagement_score,
    case when sessions.duration_seconds >= 0 then sessions.duration_seconds end as duration_seconds,
    sessions.turn_count,
    sessions.interruption_count,
    sessions.meeting_booked,
    facts.failed,
    facts.natural_ending,
    cast(facts.dead_air_percentage as decimal(18, 6)) as dead_air_percentage,
    cast(facts.user_satisfaction as decimal(6, 3)) as user_satisfaction,
    facts.connection_category,
    facts.prompt_tokens,
    facts.completion_tokens,
    facts.total_tokens,
    facts.usd,
    facts.fully_priced,
    facts.doc_sha,
    facts.analysis_seq,
    facts.reply_latencies_ms,
    signals.team_size,
    replies.* exclude (session_id),
    searches.* exclude (session_id)
from sessions
inner join facts on sessions.session_id = facts.session_id
inner join signals on sessions.session_id = signals.session_id
left join replies on sessions.session_id = replies.session_id
left join searches on sessions.session_id = searches.session_id
