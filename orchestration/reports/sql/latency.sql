-- grain: one row, the measured replies of the calls that started within the span
select
    avg(metrics.total_latency_ms) as average,
    count(metrics.total_latency_ms) as replies
from metrics
inner join sessions on metrics.session_id = sessions.session_id
where
    metrics.metric_type = 'latency'
    and sessions.start_time >= $span_start and sessions.start_time < $span_end
