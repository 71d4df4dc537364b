-- grain: one row per caller (lead_key), merged over all calls: the newest value of each signal, the latest score
-- a value from the transcript of any call takes precedence over the live signals of all calls
-- a wish not to be contacted in any call binds for good
{{ config(unique_key="lead_key") }}

with calls as (
    select * from {{ ref("int_lead_calls") }}
),

scores as (
    select * from {{ ref("int_lead_scores") }}
    where is_latest
),

free_providers as (
    select * from {{ ref("free_email_providers") }}
),

merged as (
    select
        lead_key,
        arg_max(lead_email, call_number) filter (where lead_email is not null) as email,
        arg_max(lead_name, call_number) filter (where lead_name is not null) as name,
        arg_max(booking_email, call_number) filter (where booking_email is not null) as booking_email,
        arg_max(booking_name, call_number) filter (where booking_name is not null) as booking_name,
        arg_max(session_id, call_number) as latest_session_id,
        {%- for signal in single_signals() %}
            {{ latest_known(signal.name) }} as {{ signal.name }},
        {%- endfor %}
        {{ latest_known("integration_needs") }} as integration_needs,
        flatten(list(pain_points order by call_number desc) filter (where pain_points_source = 'transcript')) as spoken_pain_points,
        flatten(list(pain_points order by call_number desc) filter (where pain_points_source <> 'transcript')) as noted_pain_points,
        min(start_time) as first_call_date,
        max(start_time) as last_call_date,
        cast(count(*) as integer) as total_calls,
        max(analyzed_at) as updated_at,
        bool_or(list_has_any(contact_wishes, ['any', 'phone'])) as do_not_call,
        bool_or(list_has_any(contact_wishes, ['any', 'email'])) as email_opt_out
    from calls
    group by lead_key
),

final as (
    select
        *,
        {{ distinct_in_order("coalesce(spoken_pain_points, noted_pain_points, [])") }} as merged_pain_points,
        split_part(email, '@', 2) as domain
    from merged
)

select
    final.email,
    final.name,
    final.latest_session_id,
    final.team_size,
    final.monthly_volume,
    to_json(coalesce(final.integration_needs, [])) as integration_needs,
    final.industry,
    final.location,
    final.use_case,
    final.current_tool,
    to_json(final.merged_pain_points) as pain_points,
    final.decision_timeline,
    final.budget_authority,
    final.urgency,
    {{ qualification_tier("final.team_size", "final.monthly_volume", "final.integration_needs") }} as qualification_tier,
    scores.lead_score,
    final.first_call_date,
    final.last_call_date,
    final.total_calls,
    final.updated_at,
    final.lead_key,
    case when free_providers.domain is null then nullif(final.domain, '') end as company,
    scores.previous_lead_score,
    scores.score_change_explanation,
    final.booking_email,
    final.booking_name,
    coalesce(final.do_not_call, false) as do_not_call,
    coalesce(final.email_opt_out, false) as email_opt_out
from final
left join scores on final.lead_key = scores.lead_key
left join free_providers on final.domain = free_providers.domain
