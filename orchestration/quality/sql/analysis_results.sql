-- what the reports say in the fields that filters, routing and the CRM rest on; an unavailable report has a body too
select
    session_id,
    analyzer_version,
    analyzed_at,
    (sales_intelligence is null)::integer + (lead_score_breakdown is null)::integer + (quality_analysis is null)::integer
    + (sentiment_analysis is null)::integer + (objections is null)::integer + (competitors is null)::integer
    + (performance_analysis is null)::integer + (content_gaps is null)::integer + (action_items is null)::integer as reports_missing,
    try_cast(lead_score_breakdown ->> '$.total' as double) as score,
    lead_score_breakdown ->> '$.temperature' as temperature,
    try_cast(quality_analysis ->> '$.overall' as double) as quality,
    sentiment_analysis ->> '$.overall.label' as sentiment,
    try_cast(sentiment_analysis ->> '$.overall.score' as double) as sentiment_score,
    sales_intelligence ->> '$.qualification_tier' as tier,
    sales_intelligence ->> '$.decision_timeline.value' as timeline,
    sales_intelligence ->> '$.budget_authority.value' as authority,
    sales_intelligence ->> '$.urgency.value' as urgency,
    date_diff('second', getvariable('moment'), analyzed_at) / 3600.0 as hours_ahead
from analysis_results
semi join checked using (session_id)
