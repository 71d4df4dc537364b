-- grain: one row per use of a tool in a session, by its position in the document
with used as (
    select
        session_id,
        words_kept,
        unnest(call.tool_calls) as used,
        generate_subscripts(call.tool_calls, 1) - 1 as position
    from {{ ref("int_calls") }}
)

select
    session_id,
    cast(position as integer) as position,
    used.tool,
    {{ utc("used.timestamp") }} as timestamp,
    case when words_kept then used.query end as query,
    used.category,
    used.results_found,
    used.total_results,
    used.success,
    case
        when used.tool = 'book_sales_meeting' then try_cast(used.meeting_time as timestamptz) at time zone 'UTC'
    end as meeting_time,
    used.calendar_event_id,
    case when words_kept then used.preferred_date end as preferred_date,
    case when words_kept then used.preferred_time end as preferred_time,
    used.error
from used
