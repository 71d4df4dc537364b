{#- The qualification rule in SQL (spec 1.4). ``contract/document/tier.py`` defines it; a test compares the two. -#}
{% macro qualification_tier(team_size, monthly_volume, integration_needs) -%}
    case
        when
            coalesce({{ team_size }}, 0) >= 5
            or coalesce({{ monthly_volume }}, 0) >= 100
            or list_has_any(
                list_transform(coalesce({{ integration_needs }}, []), lambda need: lower(need)), ['salesforce', 'hubspot']
            )
            then 'Tier 1'
        else 'Tier 2'
    end
{%- endmacro %}
