-- grain: the one call; texts made of what was said
select
    analysis_results.executive_summary as summary,
    session_signals.use_case,
    session_signals.current_tool
from analysis_results
left join session_signals on analysis_results.session_id = session_signals.session_id
where analysis_results.session_id = $session_id
