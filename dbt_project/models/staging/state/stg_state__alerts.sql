-- grain: one row per alert ever raised
-- depends_on: {{ source("state", "alerts") }}
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
from {{ state_table("alerts") }}
