-- grain: one row per question that a call leaves open or repeats, by its position in the report
with reports as (
    select
        session_id,
        list_concat(
            list_transform(
                coalesce(cast(content_gaps -> '$.unanswered_questions' as json[]), []),
                lambda entry: struct_pack(entry := entry, answered := false, times := cast(entry ->> '$.frequency' as integer))
            ),
            list_transform(
                coalesce(cast(content_gaps -> '$.repeat_questions' as json[]), []),
                lambda entry: struct_pack(
                    entry := entry, answered := cast(entry ->> '$.answered' as boolean), times := cast(entry ->> '$.count' as integer)
                )
            )
        ) as questions
    from {{ ref("int_reports") }}
),

listed as (
    select
        session_id,
        unnest(questions) as question,
        generate_subscripts(questions, 1) - 1 as position
    from reports
)

select
    session_id,
    cast(position as integer) as position,
    question.entry ->> '$.question' as question,
    question.entry ->> '$.topic' as topic,
    question.answered,
    question.times,
    {{ question_words("question.entry ->> '$.question'") }} as words
from listed
