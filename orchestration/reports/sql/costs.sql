-- grain: one row, what the calls of a span of business days cost as far as it is priced: models and speech, and the transport of sound
select
    sum(usd) filter (where component <> 'livekit') as api,
    sum(usd) filter (where component = 'livekit') as transport
from daily_costs
where business_day between $first_day and $last_day
