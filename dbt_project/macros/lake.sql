{#- A relation over the parts of one lake asset that this build has to read.

    An incremental build reads the days on which sessions of the build have documents, so a session that moved is read from both
    days; a full refresh reads everything. The first file of the list is empty: it declares the columns, also when there are no
    parts. ``lake_part`` is the file: a restored database may give a batch the sequence of an earlier one, and the rows of the
    two then differ in nothing else. -#}
{% macro lake_rows(asset) -%}
    (
        select {% for column in columns_of("lake", asset) %}{{ column.name }}{{ ", " }}{% endfor %}filename as lake_part
        from read_parquet([{{ build_input(asset) }}], hive_partitioning = false, filename = true)
    )
{%- endmacro %}


{#- A relation over all parts of an inbound source. A column that parts of earlier releases lack is null there. -#}
{% macro inbound_rows(name) -%}
    {%- set columns = columns_of("inbound", name) -%}
    (
        select {% for column in columns %}{{ column.name }}{{ ", " if not loop.last }}{% endfor %}
        from (
            select {% for column in columns %}cast(null as {{ column.data_type }}) as {{ column.name }}{{ ", " if not loop.last }}{% endfor %}
            where false
            union all by name
            select * from read_parquet([{{ build_input(name) }}], hive_partitioning = false, union_by_name = true)
        )
    )
{%- endmacro %}


{#- Keep the rows of the sessions this build renews; a full refresh keeps all rows. -#}
{% macro where_in_build(rows, batch) -%}
    {%- if not flags.FULL_REFRESH -%}
        where {{ rows }}.session_id in (select {{ batch }}.session_id from {{ batch }})
    {%- endif -%}
{%- endmacro %}


{#- The declared columns of a source; none while the project is parsed. -#}
{% macro columns_of(source, name) -%}
    {%- set described = graph.sources.values() | selectattr("source_name", "equalto", source) | selectattr("name", "equalto", name) if execute else [] -%}
    {{ return((described | list)[0].columns.values() | list if execute else []) }}
{%- endmacro %}


{#- Load the extension for S3; keys and endpoint come from the environment of the process. A local folder needs none. -#}
{% macro open_lake() -%}
    {%- if execute and env_var("VOICE_LAKE").startswith("s3://") -%}
        load httpfs; set global s3_url_style = 'path'
    {%- endif -%}
{%- endmacro %}
