-- grain: one row per version of a session document in the scope of this build
-- depends_on: {{ source("lake", "session_documents") }}
with lake as (
    select * from {{ lake_rows("session_documents") }}
),

batch as (
    select * from {{ ref("stg_state__build_batch") }}
)

select
    lake.session_id,
    lake.revision,
    lake.complete,
    lake.test_call,
    lake.doc_sha,
    lake.analysis_seq,
    lake.store_key,
    lake.lake_part,
    lake.lead_key,
    lake.lead_email,
    lake.lead_name,
    lake.document,
    cast(lake.received_at at time zone 'UTC' as timestamp) as received_at
from lake
{{ where_in_build("lake", "batch") }}
