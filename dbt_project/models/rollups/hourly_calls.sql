-- grain: one row per UTC hour, combination of dimensions: sums over its calls
{{ config(unique_key="hour") }}

{{ calls_rollup("hour") }}
