-- grain: one row per opportunity of the CRM, as it was extracted last
-- depends_on: {{ source("inbound", "crm_opportunities") }}
select *
from {{ inbound_rows("crm_opportunities") }}
qualify row_number() over (partition by opportunity_id order by modified_at desc, extracted_at desc) = 1
