-- grain: one row, what is known of the cost of the calls that started within the span; 'complete' have a price for every component
with calls as (
    select
        session_costs.session_id,
        sum(session_costs.usd) as usd,
        bool_and(session_costs.usd is not null) as is_complete
    from session_costs
    inner join sessions on session_costs.session_id = sessions.session_id
    where sessions.start_time >= $span_start and sessions.start_time < $span_end
    group by session_costs.session_id
)

select
    sum(usd) as usd,
    count(*) filter (where is_complete) as complete
from calls
