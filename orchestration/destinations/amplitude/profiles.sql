select
    leads.lead_key, leads.latest_session_id, leads.email, sessions.participant_id, leads.last_call_date, leads.team_size,
    leads.monthly_volume, leads.industry, leads.location, leads.lead_score, leads.total_calls,
    case when spoke.lead_key is not null then leads.qualification_tier end as qualification_tier
from leads
inner join wanted_sessions as sessions on leads.latest_session_id = sessions.session_id
left join (
    select distinct calls.lead_key from wanted_sessions as calls
    inner join wanted_turns as turns on calls.session_id = turns.session_id
    where turns.role = 'user'
) as spoke on leads.lead_key = spoke.lead_key
semi join (select unnest($keys) as lead_key) as wanted on leads.lead_key = wanted.lead_key
order by leads.lead_key
