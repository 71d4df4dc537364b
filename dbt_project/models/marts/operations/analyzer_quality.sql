-- grain: one row per evaluation (engine, version, part, variant, calls) and fact
{{ config(materialized="table") }}

select
    engine,
    version,
    part,
    variant,
    fact,
    score,
    labels,
    precision_rate,
    recall_rate,
    score_low,
    score_high,
    floor_rate,
    goal_rate,
    calls,
    calls_hash,
    brier,
    calibration_error,
    evaluated_at
from {{ ref("stg_evaluations__figures") }}
