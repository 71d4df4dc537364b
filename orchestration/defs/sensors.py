"""Define the sensor ``new_calls``, which reads the queue, discovers documents and keeps at most one live run analysing at a time.

Documents received meanwhile form the next batch, so a single call starts at once and a thousand at once become a few runs. A run
that only builds and publishes holds up no call: the next batch is analysed beside it, and then waits for its turn at the warehouse.
"""

from datetime import datetime, timedelta

import dagster as dg

from contract.platform.clock import system_clock
from orchestration.alerts.lost_calls import take_in_lost_calls
from orchestration.defs.announced import take_in_announced
from orchestration.defs.dead_runs import fail_dead_runs
from orchestration.defs.live import call_assets
from orchestration.intake.discovery import discover, hot_days
from orchestration.intake.outdated_readings import reread_outdated
from orchestration.intake.planning import LIVE, RUN_KIND_TAG, BatchPlan, next_plan
from orchestration.resources import Platform
from orchestration.state.claims import analysis_ended
from orchestration.warehouse.lake_owner import claim_lake, continue_sequence
from orchestration.warehouse.lost_analyses import redo_lost

TICK_SECONDS = 4  # a call is discovered within this time
SWEEP_EVERY = timedelta(hours=1)  # how often every day is listed, not only the hot ones (spec 2.1)
LONGEST_PAUSE = timedelta(minutes=10)  # between retries while runs keep failing
_AT_A_TIME = 2
"""Live runs in flight: one that builds, and one that analyses or waits for it. More would only wait."""
_IN_FLIGHT = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


@dg.sensor(
    job_name="process_calls",
    minimum_interval_seconds=TICK_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Starts a run for new sessions in the store.",
)
def new_calls(context: dg.SensorEvaluationContext, platform: dg.ResourceParam[Platform]) -> dg.SensorResult | dg.SkipReason:
    """Read the queue and list hot days at each tick, and all days hourly (spec 2.1).

    The cursor only stores when all days were listed last.
    """
    moment = system_clock()
    swept = datetime.fromisoformat(context.cursor) if context.cursor else None
    sweep = swept is None or moment - swept >= SWEEP_EVERY
    claim_lake(platform.settings, platform.store, platform.state)
    take_in_lost_calls(platform)
    take_in_announced(platform)
    discover(platform.store, platform.state, platform.now(), None if sweep else hot_days(platform.now()))
    if sweep:
        continue_sequence(platform.store, platform.state)
        redo_lost(platform.store, platform.state)
        context.update_cursor(moment.isoformat())
    reread_outdated(platform.store, platform.state)
    fail_dead_runs(context.instance, platform)
    in_flight = [record.dagster_run for record in context.instance.get_run_records(_live(_IN_FLIGHT))]
    if len(in_flight) >= _AT_A_TIME or not all(_only_builds(run, platform) for run in in_flight):
        return dg.SkipReason("A run is in progress. New sessions form the next batch.")
    pause = pause_after_failures(context.instance, moment)
    if pause:
        return dg.SkipReason(f"The last runs failed; the next try is in {pause.seconds} s. Fix what the last run's error says.")
    plan = next_plan(platform.settings, platform.state, platform.now(), platform.first_day)
    if plan is None or (in_flight and not plan.store_keys):
        return dg.SkipReason("No new sessions.")
    return dg.SensorResult(run_requests=[_request(plan)])


def _only_builds(run: dg.DagsterRun, platform: Platform) -> bool:
    """Return whether a run has analysed all it claimed, so that only the warehouse and its publication are left."""
    with platform.state.reading() as connection:
        return run.status == dg.DagsterRunStatus.STARTED and analysis_ended(connection, run.run_id)


def _request(plan: BatchPlan) -> dg.RunRequest:
    assets = None if plan.builds else [asset.key for asset in call_assets()]
    return dg.RunRequest(
        partition_key=plan.partition.isoformat(), run_config=plan.run_config, tags=plan.tags, asset_selection=assets
    )


def _live(statuses: list[dg.DagsterRunStatus] | None = None) -> dg.RunsFilter:
    return dg.RunsFilter(tags={RUN_KIND_TAG: LIVE}, statuses=statuses)


def pause_after_failures(instance: dg.DagsterInstance, moment: datetime) -> timedelta | None:
    """Return how long to wait after consecutive failed runs: 10 s, then twice as long each time, at most 10 minutes."""
    records = instance.get_run_records(_live(), limit=10)
    failures = next((i for i, r in enumerate(records) if r.dagster_run.status != dg.DagsterRunStatus.FAILURE), len(records))
    if not failures or not records[0].end_time:
        return None
    wait = min(LONGEST_PAUSE, timedelta(seconds=10 * 2 ** (failures - 1)))
    remaining = datetime.fromtimestamp(records[0].end_time, moment.tzinfo) + wait - moment
    return remaining if remaining > timedelta() else None
