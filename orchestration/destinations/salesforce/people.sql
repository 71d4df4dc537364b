select
    leads.lead_key, leads.email, leads.name, leads.company, leads.team_size, leads.monthly_volume,
    cast(leads.integration_needs as varchar) as integration_needs, leads.industry,
    coalesce(leads.location, facts.region) as location, leads.current_tool,
    cast(leads.pain_points as varchar) as pain_points, leads.decision_timeline, leads.budget_authority, leads.urgency,
    leads.qualification_tier, leads.lead_score, leads.booking_email, leads.booking_name,
    leads.do_not_call, leads.email_opt_out
from leads
left join wanted_session_facts as facts on leads.latest_session_id = facts.session_id
semi join (select unnest(?) as lead_key) as wanted on leads.lead_key = wanted.lead_key
