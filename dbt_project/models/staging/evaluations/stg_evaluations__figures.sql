-- grain: one row per stored evaluation and figure
-- depends_on: {{ source("evaluations", "history") }}
with history as (
    select
        * exclude (figures),
        unnest(figures) as figure
    from {{ evaluation_rows() }}
)

select
    history.engine,
    history.version,
    history.part,
    history.variant,
    history.calls,
    history.calls_hash,
    history.brier,
    history.calibration_error,
    cast(history.evaluated_at at time zone 'UTC' as timestamp) as evaluated_at,
    history.figure['name'] as fact,
    history.figure['value'] as score,
    history.figure['n'] as labels,
    history.figure['precision'] as precision_rate,
    history.figure['recall'] as recall_rate,
    history.figure['low'] as score_low,
    history.figure['high'] as score_high,
    history.figure['floor'] as floor_rate,
    history.figure['goal'] as goal_rate
from history
