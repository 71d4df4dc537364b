{#- The single signals of spec 1.4 with their types and where each is in the sales report and among the live signals. -#}
{% macro single_signals() -%}
    {{ return([
        {"name": "team_size", "type": "integer", "path": "$.team_size"},
        {"name": "monthly_volume", "type": "integer", "path": "$.monthly_volume"},
        {"name": "industry", "type": "varchar", "path": "$.industry"},
        {"name": "location", "type": "varchar", "path": "$.location"},
        {"name": "use_case", "type": "varchar", "path": "$.use_cases.primary"},
        {"name": "current_tool", "type": "varchar", "path": "$.current_tool"},
        {"name": "decision_timeline", "type": "varchar", "path": "$.decision_timeline"},
        {"name": "budget_authority", "type": "varchar", "path": "$.budget_authority"},
        {"name": "urgency", "type": "varchar", "path": "$.urgency"},
    ]) }}
{%- endmacro %}


{#- The signals that are lists: names of integrations needed, topics of pain points. -#}
{% macro list_signals() -%}
    {{ return([
        {"name": "integration_needs", "path": "$.integrations.needed[*].name"},
        {"name": "pain_points", "path": "$.pain_points[*].topic"},
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
