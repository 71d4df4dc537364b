{#- Write descriptions as comments of the database when a table is created; an incremental run keeps those the table has. -#}
{% macro persist_docs(relation, model, for_relation=true, for_columns=true) -%}
    {%- if not is_incremental() -%}
        {{ adapter.dispatch("persist_docs", "dbt")(relation, model, for_relation, for_columns) }}
    {%- endif -%}
{%- endmacro %}
