-- grain: factor of the lead score of the one call, with its reason and the words it rests on
with factors as (
    select unnest(cast(lead_score_breakdown -> '$.key_factors' as json[])) as factor
    from analysis_results
    where session_id = $session_id
)

select
    factor ->> '$.component' as component,
    factor ->> '$.factor' as factor,
    cast(factor ->> '$.points' as double) as points,
    cast(factor ->> '$.of' as double) as possible,
    factor ->> '$.why' as why,
    json_extract_string(factor, '$.evidence[*].quote') as quotes,
    json_extract_string(factor, '$.evidence[*].item_id') as item_ids
from factors
