-- grain: one row per business day, combination of dimensions: sums over its calls
{{ config(unique_key="business_day") }}

{{ calls_rollup("business_day") }}
