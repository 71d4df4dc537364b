-- grain: one row per business day, combination of dimensions, component and provider
{{ config(unique_key="business_day") }}

{{ costs_rollup("business_day") }}
