-- grain: one row per session that this build must renew
{{ config(materialized="table") }}

select
    session_id,
    analysis_seq,
    cast(fresh as boolean) as fresh
from {{ source("state", "build_batch") }}
