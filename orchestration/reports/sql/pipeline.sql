-- grain: one row, the opportunities ever read from the CRM, and those that the calls of a span of business days influenced and that are
-- not lost; each opportunity belongs to the day of the first call that influenced it, so that days add up to weeks and months
with opportunities_of_days as (
    select
        amount,
        coalesce(counts_as_pipeline and influenced_on between $first_day and $last_day, false) as is_influenced
    from opportunities
)

select
    count(*) as known,
    count(*) filter (where is_influenced) as opportunities,
    count(*) filter (where is_influenced and amount is null) as without_amount,
    sum(amount) filter (where is_influenced) as amount
from opportunities_of_days
