-- grain: one row per business week, from Monday; rebuilt every night, so that a report over a year computes nothing
{{ config(materialized="table", tags=["nightly"]) }}

with calls as (
    select
        cast(date_trunc('week', business_day) as date) as week,
        *
    from {{ ref("daily_calls") }}
),

latencies as (
    select
        cast(date_trunc('week', business_day) as date) as week,
        bucket,
        sum(observations) as observations
    from {{ ref("daily_histograms") }}
    where measure = 'latency_ms'
    group by all
),

ranked as (
    select
        week,
        bucket,
        sum(observations) over (partition by week order by bucket) as reached,
        sum(observations) over (partition by week) as total
    from latencies
),

percentiles as (
    select
        week,
        {{ percentile_of_ranked(0.5) }} as p50_latency_ms,
        {{ percentile_of_ranked(0.95) }} as p95_latency_ms,
        {{ percentile_of_ranked(0.99) }} as p99_latency_ms
    from ranked
    group by week
),

totals as (
    select
        week,
        {% for name, _ in call_measures() -%}
            cast(sum({{ name }}) as {{ measure_type(name) }}) as {{ name }}{{ "," if not loop.last }}
        {% endfor -%}
    from calls
    group by week
)

select
    totals.*,
    percentiles.p50_latency_ms,
    percentiles.p95_latency_ms,
    percentiles.p99_latency_ms
from totals
left join percentiles on totals.week = percentiles.week
