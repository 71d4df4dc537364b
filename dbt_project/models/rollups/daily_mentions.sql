-- grain: one row per business day, combination of dimensions and thing mentioned
{{ config(unique_key="business_day") }}

{{ mentions_rollup("business_day") }}
