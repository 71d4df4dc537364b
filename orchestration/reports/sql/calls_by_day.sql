-- grain: one row per business day of the chart, in order
with days as (
    select
        unnest($starts) as day_start,
        unnest($ends) as day_end
),

calls as (
    select
        session_id,
        start_time,
        qualification_tier
    from sessions
    where start_time >= $span_start and start_time < $span_end
)

select
    count(calls.session_id) as calls,
    count(calls.session_id) filter (where calls.qualification_tier = 'Tier 1') as qualified
from days
left join calls on calls.start_time >= days.day_start and calls.start_time < days.day_end
group by days.day_start
order by days.day_start asc
