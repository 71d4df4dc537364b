with meetings as (
    select session_id, arg_max(meeting_time, position) as meeting_at
    from wanted_tool_calls
    where success and meeting_time is not null
    group by session_id
)

select
    sessions.lead_key, sessions.session_id, sessions.start_time, sessions.duration_seconds, sessions.engagement_score,
    sessions.sentiment, sessions.meeting_booked, cast(results.sales_intelligence as varchar) as sales,
    cast(results.lead_score_breakdown as varchar) as score, cast(results.objections as varchar) as objections,
    cast(results.competitors as varchar) as competitors, cast(reports.body as varchar) as summary,
    meetings.meeting_at, results.engine
from wanted_sessions as sessions
inner join wanted_analysis_results as results on sessions.session_id = results.session_id
left join meetings on sessions.session_id = meetings.session_id
left join wanted_analysis_reports as reports on sessions.session_id = reports.session_id and reports.report = 'executive_summary'
order by sessions.lead_key, sessions.start_time desc, sessions.session_id desc
