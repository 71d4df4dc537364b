select session_id, item_id, started_at from wanted_turns
where started_at is not null
