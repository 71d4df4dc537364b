-- grain: one row per document ever received: what became of it
{{ config(unique_key="store_key", incremental_strategy="delete+insert") }}

select
    store_key,
    session_id,
    day,
    state,
    revision,
    complete,
    test_call,
    in_warehouse,
    size_bytes,
    received_at,
    discovered_at,
    analysed_at,
    rejected_at,
    rejection_reason,
    rejection_detail,
    rejection_remedy,
    doc_sha,
    analysis_seq,
    change_seq
from {{ ref("stg_state__documents") }}
{% if is_incremental() %}
    where in_batch or change_seq > (select coalesce(max(mirrored.change_seq), -1) from {{ this }} as mirrored)
{% endif %}
