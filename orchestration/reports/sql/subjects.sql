-- grain: one row per kind and subject, the calls of the span that mention it; of competitors also those whose callers use it and complain
-- about it ('switchers'), and how many of these are qualified
with mentions as (
    select
        session_mentions.session_id,
        session_mentions.kind,
        session_mentions.subject,
        sessions.qualification_tier = $qualified_tier as is_qualified,
        bool_or(session_mentions.category = 'current' and session_mentions.polarity = 'negative') as is_switcher
    from session_mentions
    inner join sessions on session_mentions.session_id = sessions.session_id
    where
        sessions.start_time >= $span_start and sessions.start_time < $span_end
        and session_mentions.kind in ('feature_request', 'competitor')
        and session_mentions.subject not in ('other', 'unknown')
    group by all
)

select
    kind,
    subject,
    count(*) as calls,
    count(*) filter (where is_switcher) as switchers,
    count(*) filter (where is_switcher and is_qualified) as qualified_switchers
from mentions
group by kind, subject
order by calls desc, kind asc, subject asc
