{#- A value that a build takes from outside: the files it reads, or how far the mirror of the ledger has come. The process that
    builds sets it (orchestration/warehouse/build_inputs.py), so the SQL of a build differs in nothing but these values, and the
    marks around them let the next build fill in its own (orchestration/warehouse/build_script.py). -#}
{% macro build_input(name) -%}
    /*input:{{ name }}*/{{ env_var("VOICE_INPUT_" ~ name | upper, "null") if execute else "null" }}/*end*/
{%- endmacro %}
