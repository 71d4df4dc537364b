-- grain: one row per document ever received
-- depends_on: {{ source("state", "documents") }}, {{ source("state", "rejections") }}, {{ source("state", "build_batch") }}
{{ config(unique_key="store_key", incremental_strategy="delete+insert") }}

select
    store_key,
    session_id,
    cast(day as date) as day,
    state,
    cast(revision as integer) as revision,
    cast(complete as boolean) as complete,
    cast(test_call as boolean) as test_call,
    coalesce(cast(analysis_seq as bigint) <= greatest(cast(built_seq as bigint), cast(batch_seq as bigint)), false) as in_warehouse,
    cast(size_bytes as bigint) as size_bytes,
    cast(received_at as timestamp) as received_at,
    cast(discovered_at as timestamp) as discovered_at,
    cast(analysed_at as timestamp) as analysed_at,
    cast(rejected_at as timestamp) as rejected_at,
    reason as rejection_reason,
    detail as rejection_detail,
    remedy as rejection_remedy,
    doc_sha,
    cast(analysis_seq as bigint) as analysis_seq,
    cast(change_seq as bigint) as change_seq
from {{ ledger_rows(build_input("mirrored_change") if is_incremental() else none) }}
