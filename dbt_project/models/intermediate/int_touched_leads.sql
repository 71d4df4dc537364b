-- grain: one row per lead that any version of a session in scope ever belonged to
select distinct lead_key
from {{ ref("stg_lake__session_documents") }}
where lead_key is not null
