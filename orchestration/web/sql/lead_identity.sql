-- grain: the one lead; what names the caller
select
    name,
    email,
    company,
    location
from leads
where lead_key = $lead_key
