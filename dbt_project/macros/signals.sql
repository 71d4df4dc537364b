{#- Single-valued signals of spec 1.4: name (also among the live signals), type, path in the sales report, allowed values. -#}
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


{#- The live agent's value of a single signal; null when it noted none, or one that the signal does not allow. -#}
{% macro live_signal(signal) -%}
    {%- set noted = "calls.call.discovered_signals." ~ signal.name -%}
    {%- if signal.allowed is defined -%}
        {%- set spelt = "regexp_replace(lower(trim(" ~ noted ~ ")), '[\\s-]+', '_', 'g')" -%}
        case when {{ spelt }} in ('{{ signal.allowed | join("', '") }}') then {{ spelt }} end
    {%- else -%}
        nullif({{ noted }}, {{ "''" if signal.type == "varchar" else 0 }})
    {%- endif -%}
{%- endmacro %}


{#- Signals that are lists: names of integrations needed, topics of pain points. All entries of a report's list have the same
    source: the transcript, or the live signals when there is no transcript. -#}
{% macro list_signals() -%}
    {{ return([
        {"name": "integration_needs", "list": "$.integrations.needed", "part": "name"},
        {"name": "pain_points", "list": "$.pain_points", "part": "topic"},
    ]) }}
{%- endmacro %}


{#- The distinct entries of a list, in order of first occurrence. -#}
{% macro distinct_in_order(names) -%}
    list_filter({{ names }}, lambda name, place: list_position({{ names }}, name) = place)
{%- endmacro %}


{#- The value of a signal in the latest call that has one; a value from a transcript takes precedence over any live signal. -#}
{% macro latest_known(name) -%}
    arg_max({{ name }}, call_number + case when {{ name }}_source = 'transcript' then 1000000 else 0 end)
        filter (where {{ name }} is not null)
{%- endmacro %}


{#- The first value of a field among the bookings of a call that succeeded, of those that contain ``mark``; null when there is none.
    What was spoken in a booking identifies nobody. -#}
{% macro booked(field, mark="") -%}
    list_transform(
        list_filter(
            coalesce(calls.call.tool_calls, []),
            lambda used: used.tool = 'book_sales_meeting'
            and coalesce(used.success, false)
            and trim(used.{{ field }}) <> ''
            and contains(used.{{ field }}, '{{ mark }}')
        ),
        lambda used: trim(used.{{ field }})
    )[1]
{%- endmacro %}
