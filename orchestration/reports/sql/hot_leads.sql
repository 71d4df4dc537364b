-- grain: one row, the people (not calls) with a hot call within the span: distinct people do not add up, so no rollup has them
select count(distinct coalesce(lead_key, session_id)) as hot_leads
from sessions
where
    lead_score > $hot_above
    and start_time >= $span_start and start_time < $span_end
