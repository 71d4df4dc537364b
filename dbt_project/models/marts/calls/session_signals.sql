-- grain: one row per session: signals about its lead; a live signal is used only where the reports have no value
-- a call without a prospect, such as a recording, has no live signals and no score: what is known of the lead stays
with calls as (
    select * from {{ ref("int_calls") }}
),

-- one parse of a report for all single signals: DuckDB parses it again for each operator, which took a gigabyte for 2,000 calls
reports as (
    select
        *,
        sales_intelligence ->> [
            {%- for signal in single_signals() %}
                '{{ signal.path }}.value', '{{ signal.path }}.source', '{{ signal.path }}.confidence'{{ "," if not loop.last }}
            {%- endfor %}
        ] as single
    from {{ ref("int_reports") }}
),

signals as (
    select
        calls.session_id,
        calls.lead_key,
        calls.lead_email,
        calls.lead_name,
        nullif(lower({{ booked("customer_email", "@") }}), calls.lead_email) as booking_email,
        {{ booked("customer_name") }} as booking_name,
        {{ utc("calls.call.start_time") }} as start_time,
        reports.sales_intelligence ->> '$.no_prospect.value' as no_prospect,
        case when no_prospect is null then cast(reports.lead_score ->> '$.total' as integer) end as lead_score,
        {{ json_value("reports.lead_score -> '$.components'") }} as score_components,
        list_distinct(reports.sales_intelligence ->> '$.contact_wishes[*].channel') as contact_wishes,
        reports.analyzed_at,
        {%- for signal in single_signals() %}
            try_cast(reports.single[{{ 3 * loop.index0 + 1 }}] as {{ signal.type }}) as {{ signal.name }},
            reports.single[{{ 3 * loop.index0 + 2 }}] as {{ signal.name }}_source,
            cast(reports.single[{{ 3 * loop.index0 + 3 }}] as double) as {{ signal.name }}_confidence,
            case when no_prospect is null then {{ live_signal(signal) }} end as live_{{ signal.name }},
        {%- endfor %}
        {%- for signal in list_signals() %}
            nullif(list_filter(reports.sales_intelligence ->> '{{ signal.list }}[*].{{ signal.part }}', lambda name: name is not null), []) as {{ signal.name }},
            reports.sales_intelligence ->> '{{ signal.list }}[0].source' as {{ signal.name }}_source,
            case
                when no_prospect is null
                    then nullif(list_filter(calls.call.discovered_signals.{{ signal.name }}, lambda name: name <> ''), [])
            end as live_{{ signal.name }}{{ "," if not loop.last }}
        {%- endfor %}
    from calls
    inner join reports on calls.session_id = reports.session_id
)

select
    session_id,
    lead_key,
    lead_email,
    lead_name,
    start_time,
    {%- for signal in single_signals() %}
        coalesce({{ signal.name }}, live_{{ signal.name }}) as {{ signal.name }},
        case
            when {{ signal.name }} is not null then coalesce({{ signal.name }}_source, 'transcript')
            when live_{{ signal.name }} is not null then 'discovered_signals'
        end as {{ signal.name }}_source,
        case
            when {{ signal.name }}_source = 'discovered_signals' then least({{ signal.name }}_confidence, 0.5)
            when {{ signal.name }} is not null then {{ signal.name }}_confidence
            when live_{{ signal.name }} is not null then {{ var("live_signal_confidence") }}
        end as {{ signal.name }}_confidence,
    {%- endfor %}
    {%- for signal in list_signals() %}
        {{ distinct_in_order("coalesce(" ~ signal.name ~ ", live_" ~ signal.name ~ ")") }} as {{ signal.name }},
        case
            when {{ signal.name }} is not null then coalesce({{ signal.name }}_source, 'transcript')
            when live_{{ signal.name }} is not null then 'discovered_signals'
        end as {{ signal.name }}_source,
    {%- endfor %}
    lead_score,
    score_components,
    analyzed_at,
    booking_email,
    booking_name,
    contact_wishes
from signals
