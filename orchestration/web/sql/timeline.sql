-- grain: utterance of the one call, in order; when and how long, nothing of what was said
select
    turns.position,
    turns.item_id,
    turns.role,
    turns.interrupted,
    turns.sentiment,
    coalesce(turns.e2e_latency_ms, turns.total_latency_ms) as latency_ms,
    date_diff('millisecond', sessions.start_time, turns.started_at) as offset_ms,
    date_diff('millisecond', turns.started_at, turns.ended_at) as length_ms
from turns
inner join sessions on turns.session_id = sessions.session_id
where turns.session_id = $session_id
order by turns.position
