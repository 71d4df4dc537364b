-- grain: one row per violation, with its session
-- depends_on: {{ ref("stg_state__build_batch") }}
{{ config(meta={"check_severity": "error", "dagster": {"ref": {"name": "session_ledger"}}}) }}
-- received = analysed + rejected + pending; an analysed and built session has one row in each table, of the version that is used;
-- a rejected document has a reason

with ledger as (
    select * from {{ ref("session_ledger") }}
    {{ in_scope() }}
),

sessions as (
    select * from {{ ref("sessions") }}
    {{ in_scope() }}
),

built as (
    select session_id
    from ledger
    where state = 'analysed' and in_warehouse
    group by session_id
    having not arg_max(test_call, struct_pack(r := revision, c := complete, s := analysis_seq))
),

without_state as (
    select
        session_id,
        store_key,
        'has no known state' as problem
    from ledger
    where state not in ('discovered', 'claimed', 'analysed', 'rejected') or (state = 'analysed' and analysis_seq is null)
),

without_reason as (
    select
        ledger.session_id,
        ledger.store_key,
        'is rejected without a reason' as problem
    from ledger
    left join {{ ref("rejected_sessions") }} as rejected on ledger.store_key = rejected.store_key
    where ledger.state = 'rejected' and rejected.reason is null
),

without_rows as (
    select
        built.session_id,
        null as store_key,
        'is built but lacks a row' as problem
    from built
    left join sessions on built.session_id = sessions.session_id
    left join {{ ref("transcripts") }} as transcripts on built.session_id = transcripts.session_id
    left join {{ ref("analysis_results") }} as results on built.session_id = results.session_id
    where sessions.session_id is null or transcripts.session_id is null or results.session_id is null
),

without_document as (
    select
        sessions.session_id,
        null as store_key,
        'was never received' as problem
    from sessions
    left join {{ ref("session_ledger") }} as received on sessions.session_id = received.session_id
    where received.session_id is null
),

-- Pending documents may already be in the lake, so only sessions without any are compared.
winners as (
    select
        session_id,
        max(struct_pack(r := revision, c := complete, s := analysis_seq)) filter (where state = 'analysed') as rank,
        arg_max(doc_sha, struct_pack(r := revision, c := complete, s := analysis_seq)) filter (where state = 'analysed') as doc_sha
    from ledger
    group by session_id
    having bool_and((state = 'analysed' and in_warehouse) or (state = 'rejected' and analysis_seq is null))
),

other_version as (
    select
        results.session_id,
        null as store_key,
        'is built from another version than the ledger has' as problem
    from {{ ref("analysis_results") }} as results
    inner join sessions on results.session_id = sessions.session_id
    inner join {{ ref("session_facts") }} as facts on results.session_id = facts.session_id
    inner join winners on results.session_id = winners.session_id
    where
        results.doc_sha is distinct from winners.doc_sha
        and struct_pack(r := sessions.revision, c := sessions.complete, s := facts.analysis_seq) <= winners.rank
)

select * from without_state
union all
select * from without_reason
union all
select * from without_rows
union all
select * from without_document
union all
select * from other_version
