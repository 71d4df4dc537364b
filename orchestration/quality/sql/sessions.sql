select
    sessions.*,
    date_diff('second', getvariable('moment'), greatest(start_time, end_time)) / 3600.0 as hours_ahead
from sessions
semi join checked using (session_id)
