{#- The history of evaluations, one row per result; without a history the relation is empty and has the declared columns. -#}
{% macro evaluation_rows() -%}
    {%- set columns = columns_of("evaluations", "history") -%}
    (
        select {% for column in columns %}{{ column.name }}{{ ", " if not loop.last }}{% endfor %}
        from read_json([{{ build_input("evaluations") }}], format = 'newline_delimited', columns = {
            {%- for column in columns %}{{ column.name }}: '{{ column.data_type }}'{{ ", " if not loop.last }}{% endfor -%}
        })
    )
{%- endmacro %}
