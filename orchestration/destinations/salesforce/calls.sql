select
    sessions.session_id, sessions.lead_key, sessions.start_time, sessions.duration_seconds, sessions.engagement_score,
    results.executive_summary as summary, cast(results.performance_analysis as varchar) as performance
from sessions
inner join analysis_results as results on sessions.session_id = results.session_id
where list_contains(?, sessions.session_id)
