-- grain: one row per business day whose rollups this build renews
-- depends_on: {{ ref("stg_lake__session_documents") }}, {{ ref("stg_state__build_batch") }}
{{ touched_periods("business_day", business_day_of("start_time")) }}
