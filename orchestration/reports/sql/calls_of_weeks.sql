-- grain: one row, the calls before and from the middle of the span
select
    count(*) filter (where start_time >= $span_middle) as current_calls,
    count(*) filter (where start_time < $span_middle) as previous_calls
from sessions
where start_time >= $span_start and start_time < $span_end
