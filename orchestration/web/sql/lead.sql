-- grain: the one lead; nothing that was said, and nothing that names the caller
select
    leads.lead_key,
    leads.qualification_tier,
    leads.lead_score,
    leads.previous_lead_score,
    leads.first_call_date,
    leads.last_call_date,
    leads.total_calls,
    leads.industry,
    leads.do_not_call,
    leads.email_opt_out,
    session_facts.temperature,
    (select count(*) from sessions where lead_key = $lead_key and meeting_booked) as meetings
from leads
left join session_facts on leads.latest_session_id = session_facts.session_id
where leads.lead_key = $lead_key
