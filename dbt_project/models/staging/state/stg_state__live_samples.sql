-- grain: one row per moment, measure and source
-- depends_on: {{ source("state", "live_samples") }}
select
    cast(sampled_at as timestamp) as sampled_at,
    measure,
    source,
    cast(value as double) as value
from {{ state_table("live_samples") }}
