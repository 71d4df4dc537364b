-- grain: one row per session in scope and component of its cost
with lines as (
    select
        session_id,
        unnest(cast(performance -> '$.cost.lines' as json[])) as line
    from {{ ref("int_reports") }}
)

select
    session_id,
    line ->> '$.component' as component,
    line ->> '$.provider' as provider,
    line ->> '$.model' as model,
    cast(line ->> '$.usd' as double) as usd,
    line ->> '$.source' as source
from lines
