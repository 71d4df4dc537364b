-- grain: one row per UTC hour, combination of dimensions, measure and bucket
{{ config(unique_key="hour") }}

{{ histograms_rollup("hour") }}
