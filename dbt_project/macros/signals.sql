{#- The single signals of spec 1.4 with their types and where each is in the sales report and among the live signals. -#}
{% macro single_signals() -%}
    {{ return([
        {"name": "team_size", "type": "integer", "path": "$.team_size"},
        {"name": "monthly_volume", "type": "integer", "path": "$.monthly_volume"},
        {"name": "industry", "type": "varchar", "path": "$.industry"},
        {"name": "location", "type": "varchar", "path": "$.location"},
        {"name": "use_case", "type": "varchar", "path": "$.use_cases.primary"},
        {"name": "current_tool", "type": "varchar", "path": "$.current_tool"},
        {"name": "decision_timeline", "type": "varchar", "path": "$.decision_timeline",
            "allowed": ["this_week", "this_month", "this_quarter", "next_quarter", "evaluating"]},
        {"name": "budget_authority", "type": "varchar", "path": "$.budget_authority",
            "allowed": ["decision_maker", "influencer", "needs_approval"]},
        {"name": "urgency", "type": "varchar", "path": "$.urgency", "allowed": ["high", "medium", "low"]},
    ]) }}
{%- endmacro %}


{#- What the live agent noted for a single signal; null when it noted nothing, or none of the values the signal can have. -#}
{% macro live_signal(signal) -%}
    {%- set noted = "calls.call.discovered_signals." ~ signal.name -%}
    {%- if signal.allowed is defined -%}
        {%- set spelt = "regexp_replace(lower(trim(" ~ noted ~ ")), '[\\s-]+', '_', 'g')" -%}
        case when {{ spelt }} in ('{{ signal.allowed | join("', '") }}') then {{ spelt }} end
    {%- else -%}
        nullif({{ noted }}, {{ "''" if signal.type == "varchar" else 0 }})
    {%- endif -%}
{%- endmacro %}


{#- The signals that are lists: names of integrations needed, topics of pain points. The entries of a report's list share their
    source: the words of the call, or the live signals when there are no words. -#}
{% macro list_signals() -%}
    {{ return([
        {"name": "integration_needs", "list": "$.integrations.needed", "part": "name"},
        {"name": "pain_points", "list": "$.pain_points", "part": "topic"},
    ]) }}
{%- endmacro %}


{#- The entries of a list, each once, where they first come. -#}
{% macro distinct_in_order(names) -%}
    list_filter({{ names }}, lambda name, place: list_position({{ names }}, name) = place)
{%- endmacro %}


{#- The value of a signal in the newest call that says it; what the transcript says goes before any live signal. -#}
{% macro latest_known(name) -%}
    arg_max({{ name }}, call_number + case when {{ name }}_source = 'transcript' then 1000000 else 0 end)
        filter (where {{ name }} is not null)
{%- endmacro %}
