{#- The content words of a question: sorted, distinct, stemmed, without stop words. -#}
{% macro question_words(expression) -%}
    list_sort(list_distinct(list_transform(
        list_filter(
            regexp_extract_all(lower({{ expression }}), '[\p{L}\p{N}]{3,}'),
            lambda word: not list_contains([
                'the', 'and', 'you', 'can', 'does', 'what', 'how', 'when', 'where', 'which', 'who', 'why', 'are', 'was', 'for', 'with',
                'that', 'this', 'there', 'have', 'has', 'had', 'your', 'our', 'could', 'would', 'should', 'will', 'way', 'about',
                'any', 'get', 'got', 'just', 'like', 'know', 'tell', 'please', 'actually', 'really', 'also', 'its', 'not', 'but',
                'from', 'they', 'them', 'then', 'into', 'some', 'much', 'many', 'one', 'did', 'let', 'say', 'too', 'yeah', 'okay'
            ], word)
        ),
        lambda word: regexp_replace(word, '(ing|ed|es|s)$', '')
    )))
{%- endmacro %}


{#- Jaccard similarity of two lists of words, 0-1. -#}
{% macro jaccard_similarity(one, other) -%}
    len(list_intersect({{ one }}, {{ other }})) / greatest(len(list_distinct(list_concat({{ one }}, {{ other }}))), 1)
{%- endmacro %}
