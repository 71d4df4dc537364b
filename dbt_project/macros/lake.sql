{#- A relation over the parts of one asset of the lake that this build has to read.

    An incremental build reads the days on which sessions of the build have documents (so a session that moved is seen on both
    days), a full refresh everything. The days are looked up when the model runs, never when the project is parsed. Without any
    part the relation is empty and has the declared columns. -#}
{% macro lake_rows(asset) -%}
    {%- set columns = lake_columns(asset) -%}
    {%- set files = lake_files(asset) if execute else [] -%}
    {%- if files -%}
        (
            select {% for column in columns %}{{ column.name }}{{ ", " if not loop.last }}{% endfor %}
            from read_parquet([{% for file in files %}'{{ file }}'{{ ", " if not loop.last }}{% endfor %}], hive_partitioning = false)
        )
    {%- else -%}
        (
            select {% for column in columns %}cast(null as {{ column.data_type }}) as {{ column.name }}{{ ", " if not loop.last }}{% endfor %}
            where false
        )
    {%- endif -%}
{%- endmacro %}


{#- Keeps the rows of the sessions this build renews; a full refresh keeps all. -#}
{% macro of_this_build(rows, batch) -%}
    {%- if not flags.FULL_REFRESH -%}
        where {{ rows }}.session_id in (select {{ batch }}.session_id from {{ batch }})
    {%- endif -%}
{%- endmacro %}


{% macro lake_columns(asset) -%}
    {%- set described = graph.sources.values() | selectattr("source_name", "equalto", "lake") | selectattr("name", "equalto", asset) if execute else [] -%}
    {{ return((described | list)[0].columns.values() | list if execute else []) }}
{%- endmacro %}


{% macro lake_files(asset) -%}
    {%- set found = [] -%}
    {%- set root = env_var("VOICE_LAKE") -%}
    {%- for day in (["*"] if flags.FULL_REFRESH else touched_days()) -%}
        {%- set files = run_query("select file from glob('" ~ root ~ "/" ~ asset ~ "/day=" ~ day ~ "/*.parquet') order by file") -%}
        {%- for file in files.columns[0].values() -%}
            {%- do found.append(file | replace("'", "''") | replace("[", "[[]")) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}


{% macro touched_days() -%}
    {%- set days = run_query(
        "select distinct cast(day as varchar) as day from state.documents"
        ~ " where analysis_seq is not null and session_id in (select session_id from state.build_batch) order by day"
    ) -%}
    {{ return(days.columns[0].values() | list) }}
{%- endmacro %}


{#- S3 needs its extension; keys and endpoint come from the process's environment. A local folder needs nothing. -#}
{% macro open_lake() -%}
    {%- if execute and env_var("VOICE_LAKE").startswith("s3://") -%}
        load httpfs; set global s3_url_style = 'path'
    {%- endif -%}
{%- endmacro %}
