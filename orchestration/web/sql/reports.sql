-- grain: report of the one call; whole, with what was said
select
    report,
    body
from analysis_reports
where session_id = $session_id
