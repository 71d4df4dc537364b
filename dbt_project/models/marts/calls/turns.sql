-- grain: one row per utterance of a session, by its position in the transcript
with items as (
    select
        session_id,
        unnest(call.transcript) as item,
        generate_subscripts(call.transcript, 1) - 1 as position
    from {{ ref("int_calls") }}
    where words_kept
),

utterances as (
    select
        session_id,
        unnest(cast(sentiment -> '$.utterances' as json[])) as utterance
    from {{ ref("int_reports") }}
),

sentiments as (
    select
        session_id,
        utterance ->> '$.item_id' as item_id,
        any_value(utterance ->> '$.label') as label,
        any_value(cast(utterance ->> '$.score' as double)) as score
    from utterances
    group by all
    having count(*) = 1
),

replies as (
    select
        session_id,
        item_id,
        min(total_latency) as total_latency,
        min(e2e_latency) as e2e_latency
    from {{ ref("int_replies") }}
    where item_id is not null
    group by all
    having count(*) = 1
)

select
    items.session_id,
    cast(items.position as integer) as position,
    items.item.id as item_id,
    items.item.role,
    items.item.text,
    {{ utc("items.item.started_at") }} as started_at,
    {{ utc("items.item.ended_at") }} as ended_at,
    items.item.interrupted,
    cast(len(regexp_extract_all(items.item.text, '\S+')) as integer) as word_count,
    sentiments.label as sentiment,
    sentiments.score as sentiment_score,
    replies.total_latency as total_latency_ms,
    replies.e2e_latency as e2e_latency_ms
from items
left join sentiments on items.session_id = sentiments.session_id and items.item.id = sentiments.item_id
left join replies on items.session_id = replies.session_id and items.item.id = replies.item_id
