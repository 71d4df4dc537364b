-- grain: one row per moment, measure and source
{{ config(materialized="table") }}

select
    cast(sampled_at at time zone 'UTC' as timestamp) as sampled_at,
    measure,
    source,
    value
from {{ ref("stg_inbound__live_samples") }}
