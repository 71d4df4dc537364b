-- grain: one row per business day, combination of dimensions, measure and bucket
{{ config(unique_key="business_day") }}

{{ histograms_rollup("business_day") }}
