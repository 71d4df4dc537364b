-- grain: one row per kind and subject, the calls within the span that mention it, each call once
with reports as (
    select
        sessions.session_id,
        sessions.start_time >= $span_middle as is_current,
        cast(analysis_results.sales_intelligence as json) as report
    from sessions
    inner join analysis_results on sessions.session_id = analysis_results.session_id
    where sessions.start_time >= $span_start and sessions.start_time < $span_end
),

mentions as (
    select session_id, is_current, 'industry' as kind, report ->> '$.industry.value' as subject
    from reports
    union
    select session_id, is_current, 'integration', unnest(report ->> '$.integrations.needed[*].name')
    from reports
    union
    select session_id, is_current, 'feature', unnest(report ->> '$.feature_requests[*].feature')
    from reports
)

select
    kind,
    subject,
    count(*) filter (where is_current) as current_calls,
    count(*) filter (where not is_current) as previous_calls
from mentions
where subject is not null and not (kind = 'feature' and subject = 'other')
group by kind, subject
order by kind asc, subject asc
