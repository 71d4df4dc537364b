{#- The ledger with reasons of rejection; with ``changed_since`` only the rows changed after that, and the sessions of the build.

    It is one statement run by the operational database, so it reads one snapshot and finds the few changed rows by index. -#}
{% macro ledger_rows(changed_since=none) -%}
    (
        select * from sqlite_query('state', '
            select
                documents.*, build_batch.analysis_seq as batch_seq,
                rejections.reason, rejections.detail, rejections.remedy, rejections.rejected_at
            from documents
            left join rejections on documents.store_key = rejections.store_key and documents.state = ''rejected''
            left join build_batch on documents.session_id = build_batch.session_id
            {% if changed_since is not none -%}
                where documents.change_seq > {{ changed_since }} or documents.session_id in (select session_id from build_batch)
            {%- endif %}
        ')
    )
{%- endmacro %}
