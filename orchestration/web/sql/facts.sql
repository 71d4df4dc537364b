-- grain: the one call; nothing that was said, and nothing that names the caller
select
    sessions.start_time,
    sessions.end_time,
    sessions.duration_seconds,
    sessions.turn_count,
    sessions.interruption_count,
    sessions.qualification_tier,
    sessions.lead_score,
    sessions.engagement_score,
    sessions.sentiment,
    sessions.meeting_booked,
    sessions.agent_version,
    sessions.disconnect_reason,
    sessions.lead_key,
    sessions.complete,
    session_facts.temperature,
    session_facts.next_action,
    session_facts.average_latency_ms,
    session_facts.connection_category,
    session_facts.usd,
    session_facts.fully_priced,
    session_facts.industry,
    session_signals.team_size,
    session_signals.monthly_volume,
    session_signals.integration_needs,
    session_signals.decision_timeline,
    session_signals.budget_authority,
    session_signals.urgency,
    leads.total_calls
from sessions
left join session_facts on sessions.session_id = session_facts.session_id
left join session_signals on sessions.session_id = session_signals.session_id
left join leads on sessions.lead_key = leads.lead_key
where sessions.session_id = $session_id
