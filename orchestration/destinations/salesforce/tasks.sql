select
    sessions.session_id, sessions.lead_key, sessions.start_time, leads.name as lead_name, leads.email as lead_email, leads.urgency,
    leads.do_not_call, leads.email_opt_out,
    leads.booking_email, leads.booking_name,
    cast(summaries.body as varchar) as summary, cast(actions.body as varchar) as action_items,
    results.engine
from wanted_sessions as sessions
left join leads on sessions.lead_key = leads.lead_key
left join wanted_analysis_results as results on sessions.session_id = results.session_id
left join wanted_analysis_reports as summaries on sessions.session_id = summaries.session_id and summaries.report = 'executive_summary'
left join wanted_analysis_reports as actions on sessions.session_id = actions.session_id and actions.report = 'action_items'
order by sessions.start_time, sessions.session_id
