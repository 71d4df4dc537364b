-- grain: one row per session: facts for filters and ratios, beside the columns of sessions
with calls as (
    select
        *,
        call.connection.packet_loss as loss,
        call.connection.jitter as jitter_ms
    from {{ ref("int_calls") }}
),

reports as (
    select * from {{ ref("int_reports") }}
),

replies as (
    select
        session_id,
        list(total_latency order by position) filter (where total_latency is not null) as reply_latencies_ms,
        cast(sum(prompt_tokens) as bigint) as prompt_tokens,
        cast(sum(completion_tokens) as bigint) as completion_tokens,
        cast(sum(coalesce(total_tokens, prompt_tokens + completion_tokens)) as bigint) as total_tokens
    from {{ ref("int_replies") }}
    group by session_id
),

costs as (
    select
        session_id,
        cast(sum(cast(usd as decimal(18, 9))) as decimal(18, 9)) as usd,
        bool_and(usd is not null) as fully_priced
    from {{ ref("int_cost_lines") }}
    group by session_id
)

select
    calls.session_id,
    calls.call.agent_version,
    calls.call.disconnect_reason = 'error' or not calls.complete as failed,
    cast(len(coalesce(calls.call.errors, [])) as integer) as error_count,
    list_sort(list_distinct(list_transform(calls.call.errors, lambda failure: failure.component))) as error_components,
    calls.call.connection.bandwidth_in,
    calls.call.connection.bandwidth_out,
    calls.loss as packet_loss,
    calls.jitter_ms as jitter,
    case
        when calls.loss is null or calls.jitter_ms is null then null
        when calls.loss < 0.5 and calls.jitter_ms < 15 then 'Excellent'
        when calls.loss < 1 and calls.jitter_ms < 30 then 'Good'
        when calls.loss < 3 and calls.jitter_ms < 50 then 'Fair'
        else 'Poor'
    end as connection_category,
    calls.call.connection.device_info.browser,
    calls.call.connection.device_info.os,
    calls.call.connection.device_info.location as region,
    reports.sales_intelligence ->> '$.industry.value' as industry,
    reports.sales_intelligence ->> '$.integrations.needed[*].name' as integrations_needed,
    reports.sales_intelligence ->> '$.features_discussed[*].feature' as features_discussed,
    reports.lead_score ->> '$.temperature' as temperature,
    reports.executive_summary ->> '$.outcome.next_action' as next_action,
    cast(reports.conversation_quality ->> '$.metrics.turn_balance.value' as double) as turn_balance,
    calls.call.turn_taking.turn_balance as speaking_balance,
    cast(reports.conversation_quality ->> '$.metrics.dead_air_percentage.value' as double) as dead_air_percentage,
    cast(reports.conversation_quality ->> '$.metrics.natural_ending.value' as boolean) as natural_ending,
    cast(reports.conversation_quality ->> '$.metrics.user_satisfaction.value' as double) as user_satisfaction,
    cast(reports.performance ->> '$.latency.average' as double) as average_latency_ms,
    cast(reports.performance ->> '$.latency.p95' as double) as p95_latency_ms,
    reports.doc_sha,
    reports.analysis_seq,
    replies.reply_latencies_ms,
    replies.prompt_tokens,
    replies.completion_tokens,
    replies.total_tokens,
    costs.usd,
    coalesce(costs.fully_priced, false) as fully_priced
from calls
inner join reports on calls.session_id = reports.session_id
left join replies on calls.session_id = replies.session_id
left join costs on calls.session_id = costs.session_id
