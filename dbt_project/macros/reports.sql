{#- The names of the nine reports, which are also their columns in the lake. -#}
{% macro report_names() -%}
    {{ return([
        "sales_intelligence", "lead_score", "conversation_quality", "sentiment", "objections_competitors",
        "performance", "content_gaps", "action_items", "executive_summary",
    ]) }}
{%- endmacro %}


{#- A JSON null is a SQL null: ``expression`` as JSON, or null when it says nothing. -#}
{% macro json_value(expression) -%}
    case when json_type({{ expression }}) <> 'NULL' then cast({{ expression }} as json) end
{%- endmacro %}


{#- The named fields of a report as one object; null when there is no report. -#}
{% macro report_part(report, names) -%}
    case when {{ report }} is not null then json_object(
        {%- for name in names %}'{{ name }}', {{ report }} -> '$.{{ name }}'{{ ", " if not loop.last }}{% endfor -%}
    ) end
{%- endmacro %}


{#- One array of the entries found under the paths of a report. ``kinds`` pairs a tag with a path; entries of a pair without a
    tag bring their own ``kind``; the own ``kind`` of a tagged entry stays as ``area_kind``. -#}
{% macro tagged_entries(report, kinds) -%}
    case when {{ report }} is not null then to_json(flatten([
        {%- for kind, path in kinds %}
            list_transform(
                coalesce(cast({{ report }} -> '{{ path }}' as json[]), []),
                lambda entry: {% if kind %}case
                    when entry ->> '$.kind' is null then json_merge_patch(entry, json_object('kind', '{{ kind }}'))
                    else json_merge_patch(entry, json_object('kind', '{{ kind }}', 'area_kind', entry -> '$.kind'))
                end{% else %}entry{% endif %}
            ){{ "," if not loop.last }}
        {%- endfor %}
    ])) end
{%- endmacro %}
