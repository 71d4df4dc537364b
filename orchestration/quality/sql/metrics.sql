select
    metrics.*,
    date_diff('second', getvariable('moment'), timestamp) / 3600.0 as hours_ahead
from metrics
semi join checked using (session_id)
