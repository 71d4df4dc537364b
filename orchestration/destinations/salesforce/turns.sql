select
    turns.session_id, turns.role, turns.text,
    cast(epoch(turns.started_at) - epoch(sessions.start_time) as double) as seconds
from wanted_turns as turns
inner join wanted_sessions as sessions on turns.session_id = sessions.session_id
order by turns.session_id, turns.position
