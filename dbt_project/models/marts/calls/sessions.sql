-- grain: one row per session that is no test call
with calls as (
    select * from {{ ref("int_calls") }}
),

reports as (
    select * from {{ ref("int_reports") }}
)

select
    calls.session_id,
    {{ utc("calls.call.start_time") }} as start_time,
    {{ utc("calls.call.end_time") }} as end_time,
    calls.call.duration_seconds,
    calls.call.participant_id,
    calls.call.user_email,
    calls.call.user_name,
    cast(len(coalesce(calls.call.transcript, [])) as integer) as turn_count,
    cast(len(coalesce(calls.call.interruptions, [])) as integer) as interruption_count,
    reports.sales_intelligence ->> '$.qualification_tier' as qualification_tier,
    cast(reports.lead_score ->> '$.total' as integer) as lead_score,
    round(cast(reports.conversation_quality ->> '$.overall' as double), 1) as engagement_score,
    reports.sentiment ->> '$.overall.label' as sentiment,
    list_contains(
        list_transform(
            coalesce(calls.call.tool_calls, []),
            lambda used: used.tool = 'book_sales_meeting' and coalesce(used.success, false)
        ),
        true
    ) as meeting_booked,
    calls.received_at as created_at,
    calls.call.agent_version,
    calls.call.disconnect_reason,
    calls.lead_key,
    calls.complete,
    calls.revision
from calls
inner join reports on calls.session_id = reports.session_id
