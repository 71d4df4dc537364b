{#- Incremental strategy: delete the rows of every key this build touches, then insert the new rows, in one transaction.

    The touched keys do not depend on the new rows, so a session that has no row any more (it became a test call) disappears.
    Sessions that no build ever had have no rows to delete, so big tables are not searched for them. -#}
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


{#- Keep the rows of the touched keys in an incremental build; ``column`` is the rows' column, ``name`` the name of the key. -#}
{% macro where_touched(column, name) -%}
    {%- if is_incremental() -%}
        where {{ column }} in (select {{ name }} from {{ touched_relation(name) }})
    {%- endif -%}
{%- endmacro %}


{#- Keep the rows of the sessions of this build in an incremental build. -#}
{% macro where_in_batch() -%}
    {%- if is_incremental() -%}
        where session_id in (select batch.session_id from {{ touched_relation("session_id") }} as batch)
    {%- endif -%}
{%- endmacro %}
