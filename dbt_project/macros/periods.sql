{#- The hour (UTC) and the business day a call belongs to. The day is in ``VOICE_BUSINESS_TZ`` and computed from the timestamp, not
    from the hour, so it is right in time zones with a half-hour offset too. -#}
{% macro hour_of(moment) -%}
    date_trunc('hour', {{ moment }})
{%- endmacro %}


{% macro business_day_of(moment) -%}
    cast(timezone('{{ env_var("VOICE_BUSINESS_TZ") }}', timezone('UTC', {{ moment }})) as date)
{%- endmacro %}


{#- Periods that any version of a session of this build belongs to, and those its present rows are counted in. -#}
{% macro touched_periods(name, expression) -%}
    {%- set counted = load_relation(api.Relation.create(
        database=target.database, schema="staging", identifier="int_session_measures"
    )) if execute and not flags.FULL_REFRESH -%}
    select distinct {{ name }}
    from (
        select {{ expression }} as {{ name }}
        from (select {{ utc("cast(document as json) ->> '$.start_time'") }} as start_time from {{ ref("stg_lake__session_documents") }})
        {% if counted -%}
            union all
            select {{ name }} from {{ counted }}
            where session_id in (select session_id from {{ ref("stg_state__build_batch") }})
        {%- endif %}
    )
    where {{ name }} is not null {{ "and false" if flags.FULL_REFRESH }}
{%- endmacro %}
