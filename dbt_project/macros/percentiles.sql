{#- The percentile at ``share`` from rows of (bucket, reached, total), where ``reached`` is the cumulative count of observations up
    to the bucket (see histogram_measures); null without observations. -#}
{% macro percentile_of_ranked(share) -%}
    pow({{ var("latency_bucket_ratio") }}, min(bucket) filter (where reached >= ceil({{ share }} * total)) + 0.5)
{%- endmacro %}
