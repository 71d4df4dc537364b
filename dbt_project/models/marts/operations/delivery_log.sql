-- grain: one row per destination, kind and item
{{ config(materialized="table") }}

select
    destination,
    kind,
    item_key,
    session_id,
    state,
    reason,
    code,
    remote_id,
    human_edited,
    sends,
    failures,
    first_failed_at,
    changed_at
from {{ ref("stg_state__deliveries") }}
