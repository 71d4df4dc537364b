{#- The rows a test reads. An incremental build tests the rows it made; the nightly check (the input ``all_rows``) and a full refresh test
    all rows. dbt calls this for every generic test. -#}
{% macro get_where_subquery(relation) -%}
    {%- set tested = graph.nodes.get(model.attached_node) if execute else none -%}
    {%- set key = tested.config.unique_key if tested and tested.config.materialized == "incremental" -%}
    {%- set key = "session_id" if key == "store_key" else key -%}
    {%- if all_rows() or key not in ("session_id", "lead_key", "hour", "business_day") -%}
        {{ return(relation) }}
    {%- endif -%}
    {%- set touched = touched_relation(key) -%}
    {{ return("(select * from " ~ relation ~ " where " ~ key ~ " in (select " ~ key ~ " from " ~ touched ~ ")) as tested_rows") }}
{%- endmacro %}


{% macro all_rows() -%}
    {{ return(flags.FULL_REFRESH or env_var("VOICE_INPUT_ALL_ROWS", "") == "yes") }}
{%- endmacro %}


{#- The same for a singular test: keep the rows of the sessions of this build. -#}
{% macro in_scope() -%}
    {%- if not all_rows() -%}
        where session_id in (select batch.session_id from {{ touched_relation("session_id") }} as batch)
    {%- endif -%}
{%- endmacro %}
