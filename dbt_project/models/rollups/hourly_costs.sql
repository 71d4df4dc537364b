-- grain: one row per UTC hour, combination of dimensions, component and provider
{{ config(unique_key="hour") }}

{{ costs_rollup("hour") }}
