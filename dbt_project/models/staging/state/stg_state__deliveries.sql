-- grain: one row per destination, kind and item
-- depends_on: {{ source("state", "delivery_log") }}
select
    destination,
    kind,
    item_key,
    session_id,
    state,
    reason,
    code,
    remote_id,
    from_json(human_edited, '["VARCHAR"]') as human_edited,
    cast(sends as integer) as sends,
    cast(failures as integer) as failures,
    cast(first_failed_at as timestamp) as first_failed_at,
    cast(changed_at as timestamp) as changed_at
from {{ state_table("delivery_log") }}
