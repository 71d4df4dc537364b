"""Section 3 of the specification, bullet by bullet, and where each is found in the reports.

A path leads through a report's schema: ``[]`` steps into a list, ``*`` into a table's values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Paths = Sequence[str]
FACT = ("value", "confidence", "evidence")


def _fact(name: str) -> tuple[str, ...]:
    return tuple(f"{name}.{field}" for field in FACT)


SPECIFIED: Mapping[str, Mapping[str, Paths]] = {
    "sales_intelligence": {
        "Team size extraction & validation": (*_fact("team_size"), "cross_checks[].plausible"),
        "Document volume estimation": (*_fact("monthly_volume"), "cross_checks[].against"),
        "CRM integration detection": ("integrations.needed[].name", "integrations.in_use[].name", "integrations.needed[].evidence"),
        "Budget authority inference": (*_fact("budget_authority"), "caller_role.value"),
        "Decision timeline parsing": (*_fact("decision_timeline"), *_fact("urgency")),
        "Competitor mention detection": (
            "competitors[].name",
            "competitors[].context",
            "competitors[].sentiment",
            "competitors[].evidence",
        ),
        "Objection classification": (
            "objections[].category",
            "objections[].severity",
            "objections[].resolved",
            "objections[].evidence",
        ),
        "Feature request extraction": ("feature_requests[].feature", "feature_requests[].priority", "feature_requests[].evidence"),
        "Buying signal detection": ("buying_signals[].kind", "buying_signals[].strength", "buying_signals[].evidence"),
        "Stakeholder identification": ("stakeholders[].role", "stakeholders[].influence", "stakeholders[].engagement"),
        "Use case categorization": ("use_cases.primary.value", "use_cases.secondary[].value", "use_cases.complexity"),
        "Pain point analysis": ("pain_points[].topic", "pain_points[].impact", "pain_points[].solution"),
        "BANT qualification scoring": ("bant.budget", "bant.authority", "bant.need", "bant.timeline", "bant.qualified"),
        "Output: confidence scores and supporting quotes": ("pain_points[].confidence", "pain_points[].evidence[].quote"),
        "Tier and further facts": (
            "qualification_tier",
            "industry.value",
            "location.value",
            "current_tool.value",
            "budget.value",
            "features_discussed[].feature",
            "features_discussed[].context",
            "features_discussed[].interest",
        ),
    },
    "lead_score": {
        "Demographic score (0-20 points)": ("components.demographic", "key_factors[].factor"),
        "Behavioral score (0-25 points)": ("components.behavioral",),
        "Firmographic score (0-20 points)": ("components.firmographic",),
        "Intent score (0-20 points)": ("components.intent",),
        "Fit score (0-15 points)": ("components.fit",),
        "Weighted total score (0-100)": ("total", "temperature"),
        "Confidence level": ("confidence",),
        "Output: component breakdown with individual scores": (
            "components",
            "key_factors[].component",
            "key_factors[].points",
            "key_factors[].of",
        ),
        "Output: score justification with key factors": ("key_factors[].why", "key_factors[].basis", "key_factors[].evidence"),
    },
    "conversation_quality": {
        "Turn balance ratio": ("metrics.turn_balance.value", "metrics.turn_balance.target", "metrics.turn_balance.status"),
        "Question engagement count": (
            "metrics.user_questions.value",
            "metrics.agent_questions.value",
            "metrics.total_questions.target",
        ),
        "Active listening indicators": ("metrics.active_listening.value", "acknowledgements", "build_ons", "clarifications"),
        "Interruption frequency": (
            "metrics.interruptions.value",
            "metrics.interruptions_per_minute.value",
            "interruption_contexts[].context",
        ),
        "Dead air percentage": ("metrics.dead_air_percentage.value", "metrics.dead_air_percentage.gaps[].seconds"),
        "Natural ending detection": (
            "metrics.natural_ending.value",
            "metrics.natural_ending.goodbye_by_user",
            "metrics.natural_ending.goodbye_by_agent",
            "metrics.natural_ending.resolved",
            "metrics.natural_ending.next_steps",
            "metrics.natural_ending.disconnect_reason",
        ),
        "Sentiment progression (start → end)": (
            "metrics.sentiment_progression.start",
            "metrics.sentiment_progression.end",
            "metrics.sentiment_progression.value",
            "metrics.sentiment_progression.target",
        ),
        "User satisfaction proxy": ("metrics.user_satisfaction.value",),
        "Agent effectiveness score": (
            "metrics.agent_effectiveness.value",
            "metrics.agent_effectiveness.question_resolution",
            "metrics.agent_effectiveness.response_appropriateness",
            "metrics.agent_effectiveness.tool_effectiveness",
        ),
        "Output: overall quality score (0-10)": ("overall",),
        "Output: component scores with targets and actuals": ("metrics.turn_balance.score", "metrics.dead_air_percentage.target"),
        "Output: red flags": ("red_flags[].kind", "red_flags[].metric", "red_flags[].text"),
        "Output: strengths": ("strengths[].kind", "strengths[].metric", "strengths[].text"),
        "Output: improvement recommendations": ("recommendations[].metric", "recommendations[].text"),
    },
    "sentiment": {
        "Overall sentiment": ("overall.label", "overall.confidence", "overall.score"),
        "Sentiment by conversation segment": (
            "segments.opening.label",
            "segments.discovery.label",
            "segments.discussion.label",
            "segments.closing.label",
            "trend",
        ),
        "Emotional tone detection": ("emotions[].emotion", "emotions[].intensity", "emotions[].trigger"),
        "Frustration indicators": ("frustration[].kind", "frustration[].evidence", "audio_tone.pitch", "audio_tone.speech_rate"),
        "Enthusiasm markers": ("enthusiasm[].kind", "enthusiasm[].evidence"),
        "Confidence level": ("analysis_confidence", "user_confidence.value", "user_confidence.level"),
        "Output: sentiment progression chart data": (
            "chart[].seconds",
            "chart[].score",
            "utterances[].item_id",
            "utterances[].score",
        ),
        "Output: key emotion moments with timestamps": ("emotions[].timestamp",),
        "Output: frustration/enthusiasm triggers": ("frustration[].trigger", "enthusiasm[].trigger"),
        "Output: recommendations for follow-up tone": ("follow_up_tone.tone", "follow_up_tone.recommendation"),
    },
    "objections_competitors": {
        "Pricing objections": (
            "objections[].category",
            "objections[].expression",
            "objections[].severity",
            "objections[].resolved",
        ),
        "Feature gap objections": ("objections[].topic", "objections[].workaround"),
        "Timing objections": ("objections[].reason",),
        "Competitor mentions": ("competitors[].name", "competitors[].context", "competitors[].sentiment"),
        "Competitor comparison requests": ("comparison_requests[].competitor", "comparison_requests[].aspect"),
        "Switching barriers identified": (
            "switching_barriers[].kind",
            "switching_barriers[].topic",
            "switching_barriers[].evidence",
        ),
        "Output: all objections categorized and prioritized": ("objections[].rank", "objections[].evidence"),
        "Output: competitor intelligence summary": ("competitors[].strengths_named", "competitors[].weaknesses_named"),
        "Output: comparison talking points needed": ("talking_points[].about", "talking_points[].point"),
        "Output: switching barrier mitigation strategies": ("switching_barriers[].mitigation",),
        "Output: recommended battlecard triggers": ("battlecards[].competitor", "battlecards[].trigger", "battlecards[].url"),
    },
    "performance": {
        "Average latency": ("latency.average", "latency.measured_replies", "latency.status"),
        "p50, p95, p99 latency percentiles": ("latency.p50", "latency.p95", "latency.p99", "latency.max"),
        "Token usage statistics": (
            "tokens.total",
            "tokens.per_turn",
            "tokens.prompt",
            "tokens.completion",
            "cost_by_model[].tier",
            "cost_by_model[].usd",
        ),
        "Cost calculation (per provider)": ("cost.llm", "cost.stt", "cost.tts", "cost.livekit", "cost.total"),
        "Performance score vs targets": (
            "latency_score",
            "reliability_score",
            "efficiency_score",
            "score",
            "reliability.error_rate",
        ),
        "Anomaly detection": ("anomalies[].kind", "anomalies[].value", "anomalies[].normal"),
        "Output: all latency stats with targets": (
            "latency.targets[].metric",
            "latency.targets[].target",
            "components.eou_delay.average",
            "components.llm_ttft.average",
            "components.tts_ttfb.average",
        ),
        "Output: cost breakdown by provider": ("cost.lines[].provider", "cost.lines[].usd", "cost.currency", "cost.price_book"),
        "Output: performance score and grade": ("score", "grade"),
        "Output: anomalies detected with timestamps": ("anomalies[].timestamp",),
        "Output: optimization recommendations": ("recommendations[].area", "recommendations[].text"),
    },
    "content_gaps": {
        "Failed knowledge base searches": (
            "failed_searches[].query",
            "failed_searches[].category",
            "failed_searches[].frequency",
            "failed_searches[].impact",
            "searches.failed",
        ),
        "Unanswered questions": (
            "unanswered_questions[].question",
            "unanswered_questions[].topic",
            "unanswered_questions[].frequency",
            "unanswered_questions[].deflected",
            "unanswered_questions[].left_unsatisfied",
        ),
        "Repeat question patterns": ("repeat_questions[].topic", "repeat_questions[].count", "priorities[].rank"),
        "Missing documentation areas": ("missing_areas[].topic", "missing_areas[].kind", "missing_areas[].article"),
        "Source effectiveness (Intercom coverage)": (
            "coverage_rate",
            "source_coverage.value",
            "source_quality.value",
            "source_recency.value",
        ),
        "Output: top 10 failed searches": ("top_failed_searches[].query", "top_failed_searches[].timestamp"),
        "Output: question clusters needing documentation": ("repeat_questions[].question",),
        "Output: priority ranking for content creation": ("priorities[].topic", "priorities[].points"),
        "Output: specific Intercom article recommendations": ("recommendations[].article", "recommendations[].collection"),
        "Output: content type recommendations": ("recommendations[].content_type",),
    },
    "action_items": {
        "Commitments made by user": ("items[].kind", "items[].owner", "items[].text", "items[].deadline"),
        "Follow-up tasks for sales": ("items[].owner", "items[].deadline_text", "items[].conditional"),
        "Feature demo requests": ("items[].features", "items[].use_case", "items[].format"),
        "Document sharing needs": ("items[].document", "items[].format", "items[].deadline"),
        "Next steps timeline": ("next_steps[].when", "next_steps[].what", "next_steps[].who"),
        "Output: deadlines and priorities": ("items[].deadline", "items[].priority"),
        "Output: context for each item": ("items[].context", "items[].evidence"),
        "Output: tracking IDs for follow-up": ("items[].id", "next_steps[].item"),
    },
    "executive_summary": {
        "Call outcome": ("outcome.qualified", "outcome.tier", "outcome.next_action"),
        "Key takeaways (3-5 bullets)": ("key_takeaways[]",),
        "Risk factors": ("risks[].kind", "risks[].text", "risks[].evidence"),
        "Opportunity summary": (
            "opportunity.deal_size",
            "opportunity.expansion",
            "opportunity.referral",
            "opportunity.strategic_value",
        ),
        "Recommended next action": (
            "recommended_action.kind",
            "recommended_action.action",
            "recommended_action.owner",
            "recommended_action.timing",
            "recommended_action.talking_points[]",
        ),
        "Output: 2-3 paragraph summary": ("summary",),
    },
}
