"""Make an asset, a job and a schedule for each follower of the table (``orchestration.downstream``)."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg

from orchestration.defs.assets.partitions import days_of_run
from orchestration.defs.failed_runs import VENDOR_UNAVAILABLE
from orchestration.defs.tags import AFTER_PUBLICATION, BY_THE_CLOCK
from orchestration.destinations.following import SyncFailure
from orchestration.downstream.follower import Follower, is_due, last_complete_day, run_follower
from orchestration.resources import Platform


def follower_asset(follower: Follower) -> dg.AssetsDefinition:
    """Return the asset that brings one follower up to date; its metadata has the figures of the run.

    Without its settings nothing is materialized, so that what is not configured never looks up to date.
    """

    @dg.asset(
        name=follower.name,
        description=follower.description,
        deps=["published_warehouse"] if follower.follows == "publication" else None,
        group_name=follower.group,
        kinds=set(follower.kinds),
        pool=follower.pool,
        output_required=False,
        tags=BY_THE_CLOCK if follower.follows == "clock" else AFTER_PUBLICATION,
    )
    def asset(context: dg.AssetExecutionContext, platform: dg.ResourceParam[Platform]) -> Iterator[dg.MaterializeResult[Any]]:
        if missing := follower.missing_setting(platform):
            context.log.warning("Nothing was done: %s is not set. Set it, then run again.", missing)
            return
        try:
            yield _brought_up_to_date(context, follower, platform)
        except SyncFailure as failure:
            shown = {**_shown(failure.figures), VENDOR_UNAVAILABLE: follower.name}
            raise dg.Failure(f"{failure.problem} {failure.remedy}", metadata=shown) from None

    return asset


def _brought_up_to_date(context: dg.AssetExecutionContext, follower: Follower, platform: Platform) -> dg.MaterializeResult[Any]:
    """Run the follower, once for each day of the run when it is one per day; figures of a day belong to its partition."""
    if not follower.per_day:
        return dg.MaterializeResult(metadata=_shown(run_follower(follower, platform)))
    for day in days_of_run(context):
        context.add_asset_metadata(_shown(run_follower(follower, platform, day)), partition_key=day.isoformat())
    return dg.MaterializeResult()


def follower_job(follower: Follower, asset: dg.AssetsDefinition, checks: list[dg.AssetChecksDefinition]) -> Any:
    """Return the job that materializes the asset and evaluates its own checks."""
    selection = dg.AssetSelection.assets(asset) | dg.AssetSelection.checks(*checks)
    return dg.define_asset_job(follower.job, selection=selection, description=follower.description)


def follower_schedule(follower: Follower, platform: Platform) -> dg.ScheduleDefinition:
    """Return a schedule that starts the job when the follower is due, and otherwise reports why not."""
    zone = platform.settings.business_tz if follower.per_day else None

    @dg.schedule(
        name=f"{follower.name}_schedule",
        job_name=follower.job,
        cron_schedule=follower.cron,
        execution_timezone=zone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=follower.description,
    )
    def schedule(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        moment = context.scheduled_execution_time
        day = last_complete_day(moment, platform.settings) if follower.per_day else None
        if missing := follower.missing_setting(platform):
            return dg.SkipReason(f"{missing} is not set. Set it to enable this job.")
        full_hour = follower.at_least_hourly and not moment.minute
        if not full_hour and not is_due(follower, platform, day):
            return dg.SkipReason("Nothing is due: it is up to date.")
        return dg.RunRequest(run_key=day.isoformat(), partition_key=day.isoformat()) if day else dg.RunRequest()

    return schedule


def _shown(figures: Mapping[str, Any]) -> dict[str, Any]:
    return {name: dg.MetadataValue.path(str(value)) if isinstance(value, Path) else value for name, value in figures.items()}
