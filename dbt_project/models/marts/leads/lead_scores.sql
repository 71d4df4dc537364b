-- grain: one row per scored call of a lead
{{ config(unique_key="lead_key") }}

select
    lead_key,
    session_id,
    cast(call_number as integer) as call_number,
    start_time,
    lead_score,
    previous_lead_score,
    score_change_explanation
from {{ ref("int_lead_scores") }}
