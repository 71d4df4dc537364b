{#- A relation over the parts of one lake asset that this build has to read.

    An incremental build reads the days on which sessions of the build have documents, so a session that moved is read from both
    days; a full refresh reads everything. The days are looked up when the model runs, never when the project is parsed. Without
    parts the relation is empty and has the declared columns. ``lake_part`` is the file: a restored database may give a batch the sequence
    of an earlier one, and the rows of the two then differ in nothing else. -#}
{% macro lake_rows(asset) -%}
    {%- set columns = lake_columns(asset) -%}
    {%- set files = lake_files(asset) if execute else [] -%}
    {%- if files -%}
        (
            select {% for column in columns %}{{ column.name }}{{ ", " }}{% endfor %}filename as lake_part
            from read_parquet([{% for file in files %}'{{ file }}'{{ ", " if not loop.last }}{% endfor %}], hive_partitioning = false, filename = true)
        )
    {%- else -%}
        (
            select {% for column in columns %}cast(null as {{ column.data_type }}) as {{ column.name }}{{ ", " }}{% endfor %}cast(null as varchar) as lake_part
            where false
        )
    {%- endif -%}
{%- endmacro %}


{#- A relation over all parts of an inbound source; without parts it is empty and has the declared columns. A column that parts of
    earlier releases lack is null there. -#}
{% macro inbound_rows(name) -%}
    {%- set described = graph.sources.values() | selectattr("source_name", "equalto", "inbound") | selectattr("name", "equalto", name) if execute else [] -%}
    {%- set columns = (described | list)[0].columns.values() | list if execute else [] -%}
    {%- set pattern = env_var("VOICE_LAKE") ~ "/" ~ name ~ "/day=*/*.parquet" -%}
    {%- set found = run_query("select count(*) from glob('" ~ pattern | replace("'", "''") ~ "')").columns[0].values()[0] if execute else 0 -%}
    {%- if found -%}
        (
            select {% for column in columns %}{{ column.name }}{{ ", " if not loop.last }}{% endfor %}
            from (
                select {% for column in columns %}cast(null as {{ column.data_type }}) as {{ column.name }}{{ ", " if not loop.last }}{% endfor %}
                where false
                union all by name
                select * from read_parquet('{{ pattern | replace("'", "''") }}', hive_partitioning = false, union_by_name = true)
            )
        )
    {%- else -%}
        (
            select {% for column in columns %}cast(null as {{ column.data_type }}) as {{ column.name }}{{ ", " if not loop.last }}{% endfor %}
            where false
        )
    {%- endif -%}
{%- endmacro %}


{#- Keep the rows of the sessions this build renews; a full refresh keeps all rows. -#}
{% macro where_in_build(rows, batch) -%}
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
    {%- for day, first_seq in ([("*", 0)] if flags.FULL_REFRESH else touched_days()) -%}
        {%- set files = run_query(
            "select file from glob('" ~ root ~ "/" ~ asset ~ "/day=" ~ day ~ "/*.parquet')"
            ~ " where parse_filename(file, true) >= '" ~ "%012d" | format(first_seq) ~ "' order by file"
        ) -%}
        {%- for file in files.columns[0].values() -%}
            {%- do found.append(file | replace("'", "''") | replace("[", "[[]")) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}


{#- Pairs of a day and the lowest sequence of its parts that this build has to read. A session that was never built has all its
    versions in parts written since the last build; any other session has older versions in older parts, perhaps of another day.
    SQLite joins the tables of a cross join in the order they are written: first the few sessions of the build, then their
    documents by index. -#}
{% macro touched_days() -%}
    {%- set days = run_query(
        "select * from sqlite_query('state', '"
        ~ "select documents.day as day, min(case when build_batch.fresh then build_batch.first_seq else 0 end) as first_seq"
        ~ " from build_batch cross join documents on documents.session_id = build_batch.session_id"
        ~ " where documents.analysis_seq is not null group by documents.day order by documents.day')"
    ) -%}
    {%- set found = [] -%}
    {%- for row in days.rows -%}
        {%- do found.append((row[0], row[1] | int)) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}


{#- Load the extension for S3; keys and endpoint come from the environment of the process. A local folder needs none. -#}
{% macro open_lake() -%}
    {%- if execute and env_var("VOICE_LAKE").startswith("s3://") -%}
        load httpfs; set global s3_url_style = 'path'
    {%- endif -%}
{%- endmacro %}
