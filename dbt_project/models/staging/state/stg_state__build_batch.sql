-- grain: one row per session that this build must renew
-- depends_on: {{ source("state", "build_batch") }}
{{ config(materialized="table") }}

select
    session_id,
    analysis_seq,
    cast(fresh as boolean) as fresh
from {{ state_table("build_batch") }}
