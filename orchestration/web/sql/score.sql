-- grain: factor of the lead score of the one call, in the report's order; no reasons, which may hold words
with factors as (
    select unnest(cast(lead_score_breakdown -> '$.key_factors' as json[])) as factor
    from analysis_results
    where session_id = $session_id
)

select
    factor ->> '$.component' as component,
    factor ->> '$.factor' as factor,
    cast(factor ->> '$.points' as double) as points,
    cast(factor ->> '$.of' as double) as possible
from factors
