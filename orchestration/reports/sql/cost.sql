-- grain: one row, the calls that started within the span and have a known cost
select
    sum(session_costs.usd) as usd,
    count(distinct session_costs.session_id) as calls
from session_costs
inner join sessions on session_costs.session_id = sessions.session_id
where
    session_costs.usd is not null
    and sessions.start_time >= $span_start and sessions.start_time < $span_end
