-- grain: one row per session, kind, subject, category and polarity
with reports as (
    select * from {{ ref("int_reports") }}
),

used as (
    select
        session_id,
        words_kept,
        unnest(call.tool_calls) as used
    from {{ ref("int_calls") }}
),

failures as (
    select
        session_id,
        unnest(call.errors) as failure
    from {{ ref("int_calls") }}
),

entries as (
    {% for mention in mentions() %}
        select
            session_id,
            '{{ mention.kind }}' as kind,
            entry ->> '$.{{ mention.subject }}' as subject,
            {{ "entry ->> '$." ~ mention.category ~ "'" if mention.category is defined else "null" }} as category,
            {{ "entry ->> '$." ~ mention.polarity ~ "'" if mention.polarity is defined else "null" }} as polarity,
            {{ "cast(entry ->> '$." ~ mention.succeeded ~ "' as boolean)" if mention.succeeded is defined else "cast(null as boolean)" }} as succeeded,
            cast(null as integer) as results
        from (
            select
                session_id,
                unnest(cast({{ mention.report }} -> '{{ mention.path }}' as json[])) as entry
            from reports
        ) as listed
        union all
    {% endfor %}
    select
        session_id,
        case when used.total_results is null then 'search_outage' else 'search' end as kind,
        case when words_kept then used.query else '(withheld)' end as subject,
        used.category,
        null as polarity,
        used.total_results > 0 as succeeded,
        used.total_results as results
    from used
    where used.tool = 'unleash_search_knowledge' and (used.total_results is not null or used.error is not null)
    union all
    select
        session_id,
        'tool' as kind,
        used.tool as subject,
        null as category,
        null as polarity,
        coalesce(used.success, used.error is null) as succeeded,
        null as results
    from used
    union all
    select
        session_id,
        'error' as kind,
        failure.component as subject,
        failure.type as category,
        null as polarity,
        null as succeeded,
        null as results
    from failures
)

select
    session_id,
    kind,
    coalesce({{ counted_name("subject") }}, 'unknown') as subject,
    coalesce(category, 'none') as category,
    coalesce(polarity, 'none') as polarity,
    cast(count(*) as integer) as mentions,
    cast(count(succeeded) as integer) as judged,
    cast(count_if(succeeded) as integer) as succeeded,
    cast(sum(results) as bigint) as results
from entries
group by all
