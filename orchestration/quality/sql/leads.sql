-- the leads of the checked sessions, and any other with the e-mail of one of them; named by its newest session
with theirs as (
    select *
    from leads
    where lead_key in (select lead_key from sessions semi join checked using (session_id))
)

select
    latest_session_id as session_id,
    leads.*,
    date_diff('second', getvariable('moment'), last_call_date) / 3600.0 as hours_ahead
from leads
where lead_key in (select lead_key from theirs) or email in (select email from theirs)
