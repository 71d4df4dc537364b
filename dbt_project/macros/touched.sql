{#- Incremental strategy: the rows of everything this build touches go, the new rows come, in one transaction.

    A touched session without a new row (it became a test call) thereby disappears. What is touched depends on the key alone,
    not on the new rows. Of sessions that no build ever had there is nothing to delete, so big tables are not searched for them. -#}
{% macro get_incremental_touched_sql(arg_dict) -%}
    {%- set key = arg_dict["unique_key"] -%}
    {%- set names = get_quoted_csv(arg_dict["dest_columns"] | map(attribute="name")) -%}
    delete from {{ arg_dict["target_relation"] }} where {{ key }} in (
        select {{ key }} from {{ touched_relation(key) }}{{ " where not fresh" if key == "session_id" }}
    );
    insert into {{ arg_dict["target_relation"] }} ({{ names }}) select {{ names }} from {{ arg_dict["temp_relation"] }}
{%- endmacro %}


{% macro touched_relation(key) -%}
    {%- set relations = {
        "session_id": "stg_state__build_batch", "lead_key": "int_touched_leads",
        "hour": "int_touched_hours", "business_day": "int_touched_days",
    } -%}
    {{ return(api.Relation.create(database=target.database, schema="staging", identifier=relations[key])) }}
{%- endmacro %}


{#- Keeps the rows of the touched keys in an incremental build; ``key`` is the column of the rows, ``name`` the key's. -#}
{% macro where_touched(column, name) -%}
    {%- if is_incremental() -%}
        where {{ column }} in (select {{ name }} from {{ touched_relation(name) }})
    {%- endif -%}
{%- endmacro %}


{#- Keeps the rows of the sessions of this build in an incremental build. -#}
{% macro where_in_batch() -%}
    {%- if is_incremental() -%}
        where session_id in (select batch.session_id from {{ touched_relation("session_id") }} as batch)
    {%- endif -%}
{%- endmacro %}
