-- grain: one row per session and report: the whole report of the analyzer
with reports as (
    select * from {{ ref("int_reports") }}
)

{% for report in report_names() %}
    select
        session_id,
        '{{ report }}' as report,
        {{ report }} as body
    from reports
    where {{ report }} is not null
    {{ "union all" if not loop.last }}
{% endfor %}
