-- grain: one row, the calls that started within the span; test calls are not in sessions
select
    count(*) as calls,
    count(*) filter (where qualification_tier = 'Tier 1') as qualified,
    count(*) filter (where meeting_booked) as meetings,
    count(*) filter (where meeting_booked and qualification_tier = 'Tier 1') as booked,
    count(*) filter (where disconnect_reason = 'error' or not complete) as failed,
    avg(engagement_score) as engagement,
    count(engagement_score) as engagement_n,
    count(distinct coalesce(lead_key, session_id)) filter (where lead_score > $hot_above) as hot_leads,
    count(lead_score) as scored
from sessions
where start_time >= $span_start and start_time < $span_end
