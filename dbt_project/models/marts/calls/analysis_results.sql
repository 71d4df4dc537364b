-- grain: one row per session
select
    session_id,
    sales_intelligence,
    lead_score as lead_score_breakdown,
    conversation_quality as quality_analysis,
    sentiment as sentiment_analysis,
    {{ report_part("objections_competitors", ["objections", "switching_barriers", "talking_points"]) }} as objections,
    {{ report_part("objections_competitors", ["competitors", "comparison_requests", "battlecards"]) }} as competitors,
    performance as performance_analysis,
    {{ tagged_entries("content_gaps", [
        ("failed_search", "$.failed_searches"),
        ("unanswered_question", "$.unanswered_questions"),
        ("repeat_question", "$.repeat_questions"),
        ("missing_area", "$.missing_areas"),
        ("recommendation", "$.recommendations"),
    ]) }} as content_gaps,
    {{ tagged_entries("action_items", [
        (none, "$.items"),
        ("next_step", "$.next_steps"),
    ]) }} as action_items,
    executive_summary ->> '$.summary' as executive_summary,
    analyzed_at,
    analyzer_version,
    engine,
    annotation_version,
    doc_sha
from {{ ref("int_reports") }}
