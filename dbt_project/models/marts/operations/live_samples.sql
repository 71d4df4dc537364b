-- grain: one row per moment, measure and source
{{ config(materialized="table") }}

select
    sampled_at,
    measure,
    source,
    value
from {{ ref("stg_state__live_samples") }}
