-- grain: the one call; what names the caller
select
    coalesce(sessions.user_name, leads.name) as name,
    sessions.user_email as email,
    leads.company,
    leads.location
from sessions
left join leads on sessions.lead_key = leads.lead_key
where sessions.session_id = $session_id
