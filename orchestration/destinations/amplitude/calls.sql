select
    sessions.session_id, sessions.participant_id, leads.email, sessions.start_time, sessions.end_time, sessions.complete,
    sessions.duration_seconds, sessions.turn_count, sessions.qualification_tier, sessions.engagement_score, sessions.sentiment,
    sessions.meeting_booked, sessions.interruption_count, facts.turn_balance, facts.dead_air_percentage, facts.natural_ending,
    facts.total_tokens, cast(results.performance_analysis as varchar) as performance,
    cast(results.sales_intelligence as varchar) as sales, cast(results.action_items as varchar) as actions
from wanted_sessions as sessions
inner join wanted_session_facts as facts on sessions.session_id = facts.session_id
inner join wanted_analysis_results as results on sessions.session_id = results.session_id
left join leads on sessions.lead_key = leads.lead_key
order by sessions.start_time, sessions.session_id
