-- grain: one row per topic, the searches of the span's calls that found nothing, and the calls they were made in
with gaps as (
    select
        sessions.session_id,
        unnest(cast(analysis_results.content_gaps as json[])) as gap
    from sessions
    inner join analysis_results on sessions.session_id = analysis_results.session_id
    where sessions.start_time >= $span_start and sessions.start_time < $span_end
)

select
    gap ->> '$.topic' as topic,
    count(*) as searches,
    count(distinct session_id) as calls
from gaps
where (gap ->> '$.kind') = 'failed_search' and (gap ->> '$.topic') is not null
group by topic
order by searches desc, topic asc
