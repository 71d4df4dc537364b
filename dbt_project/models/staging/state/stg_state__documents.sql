-- grain: one row per document ever received, with why it was rejected if it was
-- One statement reads both tables, so that it sees one moment of the operational database.
with documents as (
    select * from {{ source("state", "documents") }}
),

rejections as (
    select * from {{ source("state", "rejections") }}
),

batch as (
    select * from {{ source("state", "build_batch") }}
)

select
    documents.store_key,
    documents.session_id,
    documents.day,
    documents.state,
    documents.doc_sha,
    documents.size_bytes,
    documents.received_at,
    documents.discovered_at,
    documents.analysed_at,
    documents.analysis_seq,
    documents.change_seq,
    cast(documents.revision as integer) as revision,
    cast(documents.complete as boolean) as complete,
    cast(documents.test_call as boolean) as test_call,
    batch.session_id is not null as in_batch,
    coalesce(documents.analysis_seq <= greatest(documents.built_seq, batch.analysis_seq), false) as in_warehouse,
    case when documents.state = 'rejected' then rejections.reason end as rejection_reason,
    case when documents.state = 'rejected' then rejections.detail end as rejection_detail,
    case when documents.state = 'rejected' then rejections.remedy end as rejection_remedy,
    case when documents.state = 'rejected' then rejections.rejected_at end as rejected_at
from documents
left join rejections on documents.store_key = rejections.store_key
left join batch on documents.session_id = batch.session_id
