{#- What a call mentions, by kind: the path of the entries in the reports, and which of their fields hold the subject, its
    category, its polarity and its success. -#}
{% macro mentions() -%}
    {{ return([
        {"kind": "integration_needed", "report": "sales_intelligence", "path": "$.integrations.needed", "subject": "name"},
        {"kind": "integration_in_use", "report": "sales_intelligence", "path": "$.integrations.in_use", "subject": "name"},
        {"kind": "competitor", "report": "sales_intelligence", "path": "$.competitors", "subject": "name",
            "category": "context", "polarity": "sentiment"},
        {"kind": "objection", "report": "objections_competitors", "path": "$.objections", "subject": "topic",
            "category": "category", "polarity": "severity", "succeeded": "resolved"},
        {"kind": "switching_barrier", "report": "objections_competitors", "path": "$.switching_barriers", "subject": "topic",
            "category": "kind"},
        {"kind": "feature_request", "report": "sales_intelligence", "path": "$.feature_requests", "subject": "feature",
            "category": "priority"},
        {"kind": "feature_discussed", "report": "sales_intelligence", "path": "$.features_discussed", "subject": "feature",
            "category": "context", "polarity": "interest"},
        {"kind": "buying_signal", "report": "sales_intelligence", "path": "$.buying_signals", "subject": "signal",
            "category": "kind", "polarity": "strength"},
        {"kind": "pain_point", "report": "sales_intelligence", "path": "$.pain_points", "subject": "topic"},
        {"kind": "unanswered_question", "report": "content_gaps", "path": "$.unanswered_questions", "subject": "topic"},
    ]) }}
{%- endmacro %}


{#- Normalise a name for counting: lower case, one space between words; null when it is empty. -#}
{% macro counted_name(expression) -%}
    nullif(trim(regexp_replace(lower({{ expression }}), '\s+', ' ', 'g')), '')
{%- endmacro %}
