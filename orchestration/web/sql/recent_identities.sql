-- grain: call, latest first; what names the caller
select
    sessions.session_id,
    coalesce(sessions.user_name, leads.name) as name,
    leads.company
from sessions
left join leads on sessions.lead_key = leads.lead_key
order by sessions.start_time desc, sessions.session_id asc
limit $at_most
