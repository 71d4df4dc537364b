{#- Names of the nine reports, which are also their columns in the lake. -#}
{% macro report_names() -%}
    {{ return([
        "sales_intelligence", "lead_score", "conversation_quality", "sentiment", "objections_competitors",
        "performance", "content_gaps", "action_items", "executive_summary",
    ]) }}
{%- endmacro %}


{#- Cast ``expression`` to JSON; a JSON null becomes a SQL null. -#}
{% macro json_value(expression) -%}
    case when json_type({{ expression }}) <> 'NULL' then cast({{ expression }} as json) end
{%- endmacro %}


{#- Build one object of the named fields of a report; null without a report. -#}
{% macro report_part(report, names) -%}
    case when {{ report }} is not null then json_object(
        {%- for name in names %}'{{ name }}', {{ report }} -> '$.{{ name }}'{{ ", " if not loop.last }}{% endfor -%}
    ) end
{%- endmacro %}


{#- Build one array of the entries under several paths of a report. ``kinds`` pairs a tag with a path; the tag becomes the
    entries' ``kind``, and a ``kind`` they had becomes ``area_kind``. Without a tag entries keep their own ``kind``. -#}
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
