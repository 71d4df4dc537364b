-- grain: one row per alert ever raised
{{ config(materialized="table") }}

select
    id,
    alert_type,
    alert_name,
    severity,
    message,
    context,
    session_id,
    triggered_at,
    sent_to,
    acknowledged_at,
    acknowledged_by,
    resolved_at
from {{ ref("stg_state__alerts") }}
