-- grain: one row per session; empty when the caller refused to be transcribed
with calls as (
    select
        session_id,
        received_at,
        case when words_kept then coalesce(transcript_json, '[]') else '[]' end as transcript_json,
        case when words_kept then coalesce(call.transcript, []) else [] end as items
    from {{ ref("int_calls") }}
),

flattened as (
    select
        *,
        array_to_string(list_transform(items, lambda item: concat(item.role, ': ', item.text)), e'\n') as transcript_text,
        array_to_string(list_transform(items, lambda item: item.text), ' ') as words
    from calls
)

select
    session_id,
    cast(transcript_json as json) as transcript_json,
    transcript_text,
    cast(len(regexp_extract_all(words, '\S+')) as integer) as word_count,
    received_at as created_at
from flattened
