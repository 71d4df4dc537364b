-- grain: one row per session in scope that is no test call, its document parsed into columns
with winners as (
    select * from {{ ref("int_session_winners") }}
    where not test_call
),

documents as (
    select * from {{ ref("stg_lake__session_documents") }}
)

select
    winners.* exclude (test_call, lake_part),
    cast(documents.document as json) -> '$.transcript' as transcript_json,
    coalesce(cast(documents.document as json) ->> '$.consent.obtained', '') <> 'false' as words_kept,
    from_json(documents.document, {{ document_type() }}) as call
from winners
inner join documents
    on
        winners.session_id = documents.session_id
        and winners.analysis_seq = documents.analysis_seq
        and winners.store_key = documents.store_key
        and winners.doc_sha = documents.doc_sha
        and winners.lake_part = documents.lake_part
