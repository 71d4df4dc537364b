-- grain: one row per lead and question, similar questions of all its calls being one
-- a question belongs to the first of the lead's questions that is similar, so a later question never renames it
{{ config(unique_key="lead_key") }}

with calls as (
    select
        lead_key,
        session_id,
        call_number,
        start_time
    from {{ ref("int_lead_calls") }}
),

questions as (
    select
        calls.lead_key,
        calls.session_id,
        calls.start_time,
        asked.question,
        asked.topic,
        asked.answered,
        asked.times,
        asked.words,
        row_number() over (partition by calls.lead_key order by calls.call_number, asked.position) as place
    from {{ ref("session_questions") }} as asked
    inner join calls on asked.session_id = calls.session_id
    where asked.question is not null
),

grouped as (
    select
        later.lead_key,
        later.place,
        min(earlier.place) as first_place
    from questions as later
    inner join questions as earlier
        on
            later.lead_key = earlier.lead_key
            and later.place >= earlier.place
            and (
                later.place = earlier.place
                or {{ jaccard_similarity("earlier.words", "later.words") }} >= {{ var("question_similarity") }}
            )
    where later.place <= {{ var("questions_compared") }}
    group by later.lead_key, later.place
)

select
    questions.lead_key,
    arg_min(questions.question, questions.place) as question,
    arg_min(questions.topic, questions.place) as topic,
    cast(count(distinct questions.session_id) as integer) as calls,
    cast(sum(questions.times) as integer) as times_asked,
    bool_or(questions.answered) as ever_answered,
    min(questions.start_time) as first_asked,
    max(questions.start_time) as last_asked,
    grouped.first_place as question_number
from questions
inner join grouped on questions.lead_key = grouped.lead_key and questions.place = grouped.place
group by questions.lead_key, grouped.first_place
