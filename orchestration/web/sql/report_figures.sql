-- grain: report of the one call; its figures and closed lists, nothing that was said
select
    report,
    case report
        when 'sales_intelligence' then json_object('tier', body -> '$.qualification_tier')
        when 'lead_score' then json_object('total', body -> '$.total', 'temperature', body -> '$.temperature', 'confidence', body -> '$.confidence')
        when 'conversation_quality' then json_object('overall', body -> '$.overall', 'metrics', body -> '$.metrics')
        when 'sentiment' then json_object('overall', body -> '$.overall', 'trend', body -> '$.trend', 'segments', body -> '$.segments')
        when 'objections_competitors' then json_object(
            'objections', coalesce(json_array_length(body, '$.objections'), 0),
            'competitors', coalesce(json_array_length(body, '$.competitors'), 0),
            'barriers', coalesce(json_array_length(body, '$.switching_barriers'), 0)
        )
        when 'performance' then json_object(
            'score', body -> '$.score', 'grade', body -> '$.grade', 'latency', body -> '$.latency', 'cost', body -> '$.cost.total',
            'tokens', body -> '$.tokens.total', 'connection', body -> '$.connection.category', 'errors', body -> '$.reliability.errors'
        )
        when 'content_gaps' then json_object(
            'searches', body -> '$.searches', 'unanswered', coalesce(json_array_length(body, '$.unanswered_questions'), 0)
        )
        when 'action_items' then json_object('items', coalesce(json_array_length(body, '$.items'), 0))
        when 'executive_summary' then json_object('outcome', body -> '$.outcome')
    end as figures
from analysis_reports
where session_id = $session_id
