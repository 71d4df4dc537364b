-- grain: one row per opportunity of the CRM, with the first call that influenced it, if any
-- a call influences an opportunity of its caller's account that was opened, or still open, within 30 days after the call
{{ config(materialized="table") }}

with opportunities as (
    select
        * exclude (opened_at, closed_at, modified_at, extracted_at),
        cast(opened_at at time zone 'UTC' as timestamp) as opened_at,
        cast(closed_at at time zone 'UTC' as timestamp) as closed_at,
        cast(modified_at at time zone 'UTC' as timestamp) as modified_at
    from {{ ref("stg_inbound__opportunities") }}
),

people as (
    select
        opportunity_id,
        opened_at,
        closed_at,
        unnest(lead_keys) as lead_key
    from opportunities
),

calls as (
    select
        people.opportunity_id,
        min(sessions.start_time) as first_call,
        arg_min(sessions.session_id, sessions.start_time) as first_session_id,
        count(distinct sessions.session_id) as calls
    from people
    inner join {{ ref("sessions") }} as sessions
        on
            people.lead_key = sessions.lead_key
            and people.opened_at <= sessions.start_time + interval 30 day
            and coalesce(people.closed_at, 'infinity') >= sessions.start_time
    group by people.opportunity_id
)

select
    opportunities.opportunity_id,
    opportunities.account_id,
    opportunities.stage,
    opportunities.is_closed,
    opportunities.is_won,
    opportunities.amount,
    opportunities.currency,
    opportunities.owner_id,
    opportunities.opened_at,
    opportunities.closed_at,
    opportunities.modified_at,
    calls.first_session_id as influenced_by,
    {{ business_day_of("calls.first_call") }} as influenced_on,
    cast(coalesce(calls.calls, 0) as integer) as influencing_calls,
    calls.first_call is not null and (opportunities.is_won or not opportunities.is_closed) as counts_as_pipeline,
    opportunities.account_name
from opportunities
left join calls on opportunities.opportunity_id = calls.opportunity_id
