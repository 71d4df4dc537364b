-- grain: one row per analysed version of a session and batch, in the scope of this build
-- depends_on: {{ source("lake", "analysis_results") }}
with lake as (
    select * from {{ lake_rows("analysis_results") }}
),

batch as (
    select * from {{ ref("stg_state__build_batch") }}
)

select
    lake.* exclude (analyzed_at, lake_part),
    cast(lake.analyzed_at at time zone 'UTC' as timestamp) as analyzed_at
from lake
{{ where_in_build("lake", "batch") }}
