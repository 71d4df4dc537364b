-- grain: one row per session in scope: the version that is used, among those that have been analysed
with documents as (
    select * exclude (document) from {{ ref("stg_lake__session_documents") }}
),

analyses as (
    select
        session_id,
        doc_sha,
        max(analysis_seq) as result_seq
    from {{ ref("stg_lake__analysis_results") }}
    group by all
)

select
    documents.*,
    analyses.result_seq
from documents
inner join analyses on documents.session_id = analyses.session_id and documents.doc_sha = analyses.doc_sha
qualify row_number() over (
    partition by documents.session_id
    order by
        documents.revision desc, documents.complete desc, documents.analysis_seq desc,
        documents.doc_sha desc, documents.store_key desc, documents.lake_part desc
) = 1
