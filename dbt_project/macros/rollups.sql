{#- Dimensions of every rollup, beside its period. A missing value is 'unknown'. -#}
{% macro rollup_dimensions() -%}
    {{ return(["agent_version", "qualification_tier", "sentiment", "industry"]) }}
{%- endmacro %}


{#- Measures of calls, all additive: a figure over any window and any dimensions is a quotient of sums of these. -#}
{% macro call_measures() -%}
    {%- set qualified = "qualification_tier = '" ~ var("qualified_tier") ~ "'" -%}
    {{ return([
        ("calls", "count(*)"),
        ("qualified", "count_if(" ~ qualified ~ ")"),
        ("meetings", "count_if(meeting_booked)"),
        ("qualified_meetings", "count_if(meeting_booked and " ~ qualified ~ ")"),
        ("failed", "count_if(failed)"),
        ("scored", "count(lead_score)"),
        ("lead_score_sum", "sum(lead_score)"),
        ("hot", "count_if(lead_score > " ~ var("hot_above") ~ ")"),
        ("engagement_calls", "count(engagement_score)"),
        ("engagement_sum", "sum(engagement_score)"),
        ("timed_calls", "count(duration_seconds)"),
        ("duration_seconds_sum", "sum(duration_seconds)"),
        ("turns", "sum(turn_count)"),
        ("interruptions", "sum(interruption_count)"),
        ("interrupted_calls", "count_if(interruption_count > 3)"),
        ("dead_air_calls", "count(dead_air_percentage)"),
        ("dead_air_percentage_sum", "sum(dead_air_percentage)"),
        ("ending_calls", "count(natural_ending)"),
        ("natural_endings", "count_if(natural_ending)"),
        ("satisfaction_calls", "count(user_satisfaction)"),
        ("satisfaction_sum", "sum(user_satisfaction)"),
        ("replies", "sum(len(reply_latencies_ms))"),
        ("latency_ms_sum", "sum(list_sum(reply_latencies_ms))"),
        ("eou_replies", "sum(eou_replies)"),
        ("eou_ms_sum", "sum(eou_ms)"),
        ("llm_replies", "sum(llm_replies)"),
        ("llm_ms_sum", "sum(llm_ms)"),
        ("tts_replies", "sum(tts_replies)"),
        ("tts_ms_sum", "sum(tts_ms)"),
        ("prompt_tokens", "sum(prompt_tokens)"),
        ("completion_tokens", "sum(completion_tokens)"),
        ("total_tokens", "sum(total_tokens)"),
        ("priced_calls", "count_if(fully_priced)"),
        ("usd", "sum(usd)"),
        ("excellent_connections", "count_if(connection_category = 'Excellent')"),
        ("good_connections", "count_if(connection_category = 'Good')"),
        ("fair_connections", "count_if(connection_category = 'Fair')"),
        ("poor_connections", "count_if(connection_category = 'Poor')"),
        ("searches", "sum(len(search_results))"),
        ("searches_with_results", "sum(len(list_filter(search_results, lambda found: found > 0)))"),
        ("search_results_sum", "sum(list_sum(search_results))"),
        ("search_outages", "sum(search_outages)"),
    ]) }}
{%- endmacro %}


{% macro measure_type(name) -%}
    {{ return("decimal(18, 6)" if name in ("usd", "engagement_sum", "satisfaction_sum", "dead_air_percentage_sum") else "bigint") }}
{%- endmacro %}


{% macro calls_rollup(period) -%}
    select
        {{ period }},
        {% for dimension in rollup_dimensions() -%}
            {{ dimension }},
        {% endfor -%}
        {% for name, sum in call_measures() -%}
            cast({{ sum }} as {{ measure_type(name) }}) as {{ name }}{{ "," if not loop.last }}
        {% endfor -%}
    from {{ ref("int_session_measures") }}
    {{ where_touched(period, period) }}
    group by all
{%- endmacro %}


{#- Distributions by measure: name, the list of values it counts, and the bucket of a value.

    Latencies have logarithmic buckets: bucket b holds [1.02^b, 1.02^(b+1)) ms and represents 1.02^(b+0.5), so a percentile computed
    from the counts is within 1 % of the value at that rank, over any window. The others have the buckets of their widgets. -#}
{% macro histogram_measures() -%}
    {{ return([
        ("latency_ms", "reply_latencies_ms", "floor(ln(greatest(value, 1)) / ln(" ~ var("latency_bucket_ratio") ~ "))"),
        ("engagement", "[engagement_score]", "least(floor(value), 9)"),
        ("satisfaction", "[user_satisfaction]", "least(floor(value), 9)"),
        ("duration_minutes", "[duration_seconds]", "least(floor(value / 60), 60)"),
        ("turns", "[turn_count]", "least(value, 100)"),
        ("interruptions", "[interruption_count]", "least(value, 20)"),
        ("lead_score", "[lead_score]", "case when value <= 20 then 0 when value <= 40 then 21 when value <= 60 then 41 when value <= 80 then 61 else 81 end"),
        ("team_size", "[team_size]", "case when value <= 2 then 1 when value <= 4 then 3 when value <= 10 then 5 when value <= 25 then 11 else 26 end"),
        ("search_results", "search_results", "least(value, 20)"),
    ]) }}
{%- endmacro %}


{% macro histograms_rollup(period) -%}
    {%- set by = ([period] + rollup_dimensions()) | join(", ") -%}
    with measures as (
        select * from {{ ref("int_session_measures") }}
        {{ where_touched(period, period) }}
    ),

    listed as (
        {% for name, values, bucket in histogram_measures() -%}
            select
                {{ by }},
                '{{ name }}' as measure,
                cast({{ bucket }} as integer) as bucket
            from (select {{ by }}, unnest({{ values }}) as value from measures)
            where value is not null
            {{ "union all" if not loop.last }}
        {% endfor -%}
    )

    select
        {{ by }},
        measure,
        bucket,
        cast(count(*) as bigint) as observations
    from listed
    group by all
{%- endmacro %}


{#- Sessions of the periods that this build renews, with their dimensions. -#}
{% macro touched_sessions(by, period) -%}
    select
        session_id,
        {{ by }}
    from {{ ref("int_session_measures") }}
    {{ where_touched(period, period) }}
{%- endmacro %}


{% macro mentions_rollup(period) -%}
    {%- set by = ([period] + rollup_dimensions()) | join(", ") -%}
    with measures as ({{ touched_sessions(by, period) }}),

    mentions as (
        select * from {{ ref("session_mentions") }}
    )

    select
        {{ by }},
        mentions.kind,
        mentions.subject,
        mentions.category,
        mentions.polarity,
        cast(count(*) as bigint) as calls,
        cast(sum(mentions.mentions) as bigint) as mentions,
        cast(sum(mentions.judged) as bigint) as judged,
        cast(sum(mentions.succeeded) as bigint) as succeeded,
        cast(sum(mentions.results) as bigint) as results
    from measures
    inner join mentions on measures.session_id = mentions.session_id
    group by all
{%- endmacro %}


{% macro costs_rollup(period) -%}
    {%- set by = ([period] + rollup_dimensions()) | join(", ") -%}
    with measures as ({{ touched_sessions(by, period) }}),

    costs as (
        select * from {{ ref("session_costs") }}
    )

    select
        {{ by }},
        coalesce(costs.component, 'unknown') as component,
        coalesce(costs.provider, 'unknown') as provider,
        cast(count(*) as bigint) as calls,
        cast(count(costs.usd) as bigint) as priced_calls,
        cast(sum(cast(costs.usd as decimal(18, 9))) as decimal(18, 6)) as usd
    from measures
    inner join costs on measures.session_id = costs.session_id
    group by all
{%- endmacro %}
