-- grain: one row per session in scope that is no test call, its nine reports; JSON null is null
with winners as (
    select * from {{ ref("int_session_winners") }}
    where not test_call
),

analyses as (
    select * from {{ ref("stg_lake__analysis_results") }}
)

select
    winners.session_id,
    winners.result_seq as analysis_seq,
    analyses.doc_sha,
    analyses.engine,
    analyses.annotation_version,
    analyses.analyzer_version,
    analyses.analyzed_at,
    {% for report in report_names() %}
        {{ json_value("analyses." ~ report) }} as {{ report }}{{ "," if not loop.last }}
    {% endfor %}
from winners
inner join analyses
    on
        winners.session_id = analyses.session_id
        and winners.doc_sha = analyses.doc_sha
        and winners.result_seq = analyses.analysis_seq
qualify row_number() over (partition by winners.session_id order by analyses.analyzed_at desc) = 1
