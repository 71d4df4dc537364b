-- grain: call, latest first; nothing that was said, and nothing that names the caller
select
    sessions.session_id,
    sessions.start_time,
    sessions.duration_seconds,
    sessions.qualification_tier,
    sessions.lead_score,
    sessions.meeting_booked,
    sessions.lead_key,
    session_facts.temperature,
    session_facts.industry
from sessions
left join session_facts on sessions.session_id = session_facts.session_id
order by sessions.start_time desc, sessions.session_id asc
limit $at_most
