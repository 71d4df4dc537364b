-- grain: gap of more than 3 s between two turns of the one call, as the report of its quality counts them
with gaps as (
    select unnest(cast(body -> '$.metrics.dead_air_percentage.gaps' as json[])) as gap
    from analysis_reports
    where session_id = $session_id and report = 'conversation_quality'
)

select
    gap ->> '$.after_item_id' as after_item_id,
    cast(gap ->> '$.seconds' as double) as seconds
from gaps
