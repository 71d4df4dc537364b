-- grain: one row per call of a touched lead, numbered from the first
with signals as (
    select * from {{ ref("session_signals") }}
),

touched as (
    select * from {{ ref("int_touched_leads") }}
)

select
    signals.*,
    row_number() over (
        partition by signals.lead_key order by signals.start_time, signals.session_id
    ) as call_number
from signals
inner join touched on signals.lead_key = touched.lead_key
