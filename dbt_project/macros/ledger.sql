{#- A table of the operational database, which is attached as ``state``: SQLite's tables are in the schema ``main``, PostgreSQL's in
    one of their own, and a build knows which (orchestration/warehouse/build_inputs.py). -#}
{% macro state_table(name) -%}
    state.{{ build_input("state_schema") }}.{{ name }}
{%- endmacro %}


{#- The ledger with reasons of rejection; with ``changed_since`` only the rows changed after that, and the sessions of the build.

    It is one statement run by the operational database, so it reads one snapshot and finds the few changed rows by index. -#}
{% macro ledger_rows(changed_since=none) -%}
    (
        select * from {{ build_input("state_query") }}('state', '
            select
                documents.*, build_batch.analysis_seq as batch_seq,
                rejections.reason, rejections.detail, rejections.remedy, rejections.rejected_at
            from {{ build_input("state_schema") }}.documents as documents
            left join {{ build_input("state_schema") }}.rejections as rejections
                on documents.store_key = rejections.store_key and documents.state = ''rejected''
            left join {{ build_input("state_schema") }}.build_batch as build_batch on documents.session_id = build_batch.session_id
            {% if changed_since is not none -%}
                where
                    documents.change_seq > {{ changed_since }}
                    or documents.session_id in (select session_id from {{ build_input("state_schema") }}.build_batch)
            {%- endif %}
        ')
    )
{%- endmacro %}
