select session_id, item_id, started_at from turns
where list_contains(?, session_id) and started_at is not null
