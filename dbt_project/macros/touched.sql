{#- Incremental strategy: the rows of everything this build touches go, the new rows come, in one transaction.

    A touched session without a new row (it became a test call) thereby disappears. What is touched depends on the key alone,
    not on the new rows. -#}
{% macro get_incremental_touched_sql(arg_dict) -%}
    {%- set key = arg_dict["unique_key"] -%}
    {%- set names = get_quoted_csv(arg_dict["dest_columns"] | map(attribute="name")) -%}
    delete from {{ arg_dict["target_relation"] }} where {{ key }} in (select {{ key }} from {{ touched_relation(key) }});
    insert into {{ arg_dict["target_relation"] }} ({{ names }}) select {{ names }} from {{ arg_dict["temp_relation"] }}
{%- endmacro %}


{% macro touched_relation(key) -%}
    {%- set relations = {"session_id": "stg_state__build_batch", "lead_key": "int_touched_leads"} -%}
    {{ return(api.Relation.create(database=target.database, schema="staging", identifier=relations[key])) }}
{%- endmacro %}
