-- grain: one row per UTC hour whose rollups this build renews
-- depends_on: {{ ref("stg_lake__session_documents") }}, {{ ref("stg_state__build_batch") }}
{{ touched_periods("hour", hour_of("start_time")) }}
