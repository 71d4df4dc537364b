{#- What a call mentions, by kind: where the entries are in the reports, and which of their fields name the thing, put it into a
    category, say how it is meant and whether it came to a good end. -#}
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


{#- The name of a thing as it is counted: lower case, one space between words; null when there is none. -#}
{% macro counted_name(expression) -%}
    nullif(trim(regexp_replace(lower({{ expression }}), '\s+', ' ', 'g')), '')
{%- endmacro %}
