-- grain: one row per scored call of a touched lead: its score, the one before, and what changed
with scored as (
    select
        lead_key,
        session_id,
        call_number,
        start_time,
        lead_score,
        score_components,
        lag(lead_score) over calls as previous_score,
        lag(score_components) over calls as previous_components,
        lead(call_number) over calls is null as is_latest
    from {{ ref("int_lead_calls") }}
    where lead_score is not null
    window calls as (partition by lead_key order by call_number)
),

compared as (
    select
        *,
        list_filter([
            {%- for component in ["demographic", "behavioral", "firmographic", "intent", "fit"] %}
                struct_pack(
                    component := '{{ component }}',
                    change := cast(score_components ->> '{{ component }}' as integer)
                        - cast(previous_components ->> '{{ component }}' as integer)
                ){{ "," if not loop.last }}
            {%- endfor %}
        ], lambda part: part.change <> 0) as changes
    from scored
)

select
    lead_key,
    session_id,
    call_number,
    start_time,
    lead_score,
    previous_score as previous_lead_score,
    case
        when previous_score is null then null
        when len(changes) = 0 then printf('%d, unchanged', lead_score)
        else
            printf('%d -> %d (%+d): ', previous_score, lead_score, lead_score - previous_score)
            || array_to_string(list_transform(changes, lambda part: printf('%s %+d', part.component, part.change)), ', ')
    end as score_change_explanation,
    is_latest
from compared
