select
    session_id, tool, timestamp as at, query, category, results_found, total_results, success, meeting_time, preferred_date,
    preferred_time, error
from wanted_tool_calls
order by session_id, position
