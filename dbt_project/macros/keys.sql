{#- The first 63 bits of the natural key's MD5 as BIGINT: the same row has the same id after any rebuild (spec/README, 8.1). -#}
{% macro bigint_key(parts) -%}
    cast(cast('0x' || left(md5(concat_ws('|', {{ parts | join(", ") }})), 16) as ubigint) >> 1 as bigint)
{%- endmacro %}
