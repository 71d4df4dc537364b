select
    sessions.session_id, sessions.lead_key, sessions.start_time, sessions.duration_seconds, sessions.engagement_score,
    results.executive_summary as summary, cast(results.performance_analysis as varchar) as performance
from wanted_sessions as sessions
inner join wanted_analysis_results as results on sessions.session_id = results.session_id
order by sessions.start_time, sessions.session_id
