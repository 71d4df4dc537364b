-- grain: one row, every document ever received
select
    count(*) as received,
    count(*) filter (where state = 'analysed') as analysed,
    count(*) filter (where state = 'rejected') as rejected,
    count(*) filter (where state in ('discovered', 'claimed')) as pending,
    count(*) filter (where state = 'analysed' and test_call) as test_calls
from session_ledger
