-- grain: one row per UTC hour, combination of dimensions and thing mentioned
{{ config(unique_key="hour") }}

{{ mentions_rollup("hour") }}
