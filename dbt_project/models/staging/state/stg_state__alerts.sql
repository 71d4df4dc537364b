-- grain: one row per alert ever raised
select
    id,
    alert_type,
    alert_name,
    severity,
    message,
    cast(context as json) as context,
    session_id,
    triggered_at,
    sent_to,
    acknowledged_at,
    acknowledged_by,
    resolved_at
from {{ source("state", "alerts") }}
