-- grain: one row per document that is rejected now
{{ config(materialized="table") }}

select
    store_key,
    session_id,
    rejection_reason as reason,
    rejection_detail as detail,
    rejection_remedy as remedy,
    rejected_at,
    doc_sha,
    size_bytes
from {{ ref("session_ledger") }}
where state = 'rejected'
