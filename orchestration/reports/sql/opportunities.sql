-- grain: one row per lead, its best call within the span; its company by its name in the CRM, where known
with best_calls as (
    select
        session_id,
        coalesce(lead_key, session_id) as lead,
        lead_key,
        user_name,
        lead_score
    from sessions
    where
        lead_score >= $opportunity_from
        and start_time >= $span_start and start_time < $span_end
    qualify row_number() over (
        partition by coalesce(lead_key, session_id)
        order by lead_score desc, start_time desc, session_id asc
    ) = 1
),

company_names as (
    select
        sessions.lead_key,
        arg_max(opportunities.account_name, opportunities.modified_at) as company
    from opportunities
    inner join sessions on opportunities.influenced_by = sessions.session_id
    where opportunities.account_name is not null
    group by sessions.lead_key
)

select
    best_calls.session_id,
    coalesce(company_names.company, leads.company) as company,
    coalesce(leads.name, best_calls.user_name) as name,
    best_calls.lead_score,
    analysis_results.sales_intelligence,
    analysis_results.engine
from best_calls
left join leads on best_calls.lead_key = leads.lead_key
left join company_names on best_calls.lead_key = company_names.lead_key
left join analysis_results on best_calls.session_id = analysis_results.session_id
order by best_calls.lead_score desc, best_calls.session_id asc
limit $opportunities
