-- grain: one row, the qualified calls of the span and how many of them have each driver of qualification
with qualified_calls as (
    select session_id
    from sessions
    where
        qualification_tier = $qualified_tier
        and start_time >= $span_start and start_time < $span_end
),

mentioned as (
    select
        session_id,
        bool_or(kind = 'integration_needed' and subject = 'salesforce') as salesforce,
        bool_or(kind = 'integration_needed' and subject = 'hubspot') as hubspot,
        bool_or(kind = 'competitor' and polarity = 'negative') as frustrated
    from session_mentions
    group by session_id
)

select
    count(*) as qualified,
    count(*) filter (where mentioned.salesforce) as salesforce,
    count(*) filter (where mentioned.hubspot) as hubspot,
    count(*) filter (where mentioned.frustrated) as frustrated,
    count(*) filter (where signals.team_size >= $team_from) as team,
    count(*) filter (where signals.monthly_volume >= $volume_from) as volume,
    count(*) filter (where signals.decision_timeline in ('this_week', 'this_month')) as soon
from qualified_calls
left join mentioned on qualified_calls.session_id = mentioned.session_id
left join session_signals as signals on qualified_calls.session_id = signals.session_id
