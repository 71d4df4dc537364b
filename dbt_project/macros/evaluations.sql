{#- The history of evaluations, one row per result; without a history the relation is empty and has the declared columns.

    The file is looked up when the model runs, never when the project is parsed. -#}
{% macro evaluation_rows() -%}
    {%- set described = graph.sources.values() | selectattr("source_name", "equalto", "evaluations") if execute else [] -%}
    {%- set columns = (described | list)[0].columns.values() | list if execute else [] -%}
    {%- set path = env_var("VOICE_EVALUATIONS") ~ "/history.jsonl" -%}
    {%- set found = run_query("select file from glob('" ~ path | replace("'", "''") ~ "')").columns[0].values() if execute else [] -%}
    {%- if found -%}
        (
            select {% for column in columns %}{{ column.name }}{{ ", " if not loop.last }}{% endfor %}
            from read_json('{{ path | replace("'", "''") }}', format = 'newline_delimited', columns = {
                {%- for column in columns %}{{ column.name }}: '{{ column.data_type }}'{{ ", " if not loop.last }}{% endfor -%}
            })
        )
    {%- else -%}
        (
            select {% for column in columns %}cast(null as {{ column.data_type }}) as {{ column.name }}{{ ", " if not loop.last }}{% endfor %}
            where false
        )
    {%- endif -%}
{%- endmacro %}
