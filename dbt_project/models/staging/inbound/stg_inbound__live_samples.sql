-- grain: one row per moment, measure and source
-- depends_on: {{ source("inbound", "live_samples") }}
select distinct on (sampled_at, measure, source) *
from {{ inbound_rows("live_samples") }}
order by sampled_at, measure, source, value
