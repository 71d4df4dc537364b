-- grain: one row per session and component of its cost
select
    session_id,
    component,
    provider,
    usd,
    model,
    source
from {{ ref("int_cost_lines") }}
