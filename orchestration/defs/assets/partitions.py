"""Define days (UTC date of a call's start) as partitions; sessions are rows within them.

A live run takes sessions of any days: it runs under the partition of its latest day and reports the other days it touched
by separate materialization events, so that the days shown as materialized are the days written. A run of a backfill takes
several consecutive days.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import dagster as dg

from orchestration.intake.batch import Batch, open_batch
from orchestration.resources import Platform

DAYS_PER_RUN = 7
"""Days of one run of a backfill: few enough that a week of calls fits in memory, and a year is 53 processes instead of 365."""

Metadata = Mapping[str, int | float | str]


def days_from(first: date, pinned: datetime | None) -> dg.DailyPartitionsDefinition:
    """Return every UTC day from ``first`` to today inclusive; to the pinned day when the clock is pinned (``VOICE_NOW``)."""
    ahead = (pinned.astimezone(UTC).date() - datetime.now(UTC).date()).days if pinned else 0
    return dg.DailyPartitionsDefinition(start_date=first.isoformat(), end_offset=1 + ahead)


def by_day(asset: dg.AssetsDefinition, days: dg.DailyPartitionsDefinition) -> dg.AssetsDefinition:
    """Return the asset with these days as partitions and with a bound on the days of one run."""
    partitioned = asset.map_asset_specs(lambda spec: spec.replace_attributes(partitions_def=days))
    return partitioned.with_attributes(backfill_policy=dg.BackfillPolicy.multi_run(DAYS_PER_RUN))


def days_of_run(context: dg.AssetExecutionContext) -> list[date]:
    """Return the consecutive days of the run's partitions."""
    return sorted(map(date.fromisoformat, context.partition_keys))


def batch_of(context: dg.AssetExecutionContext, platform: Platform) -> Batch:
    """Return the sessions this run works on: those it claimed, or the analysed ones of its partitions."""
    days = days_of_run(context)
    return open_batch(platform.state, context.run.run_id, days, platform.now(), platform.settings.lease_seconds)


def materialized(context: dg.AssetExecutionContext, days: Mapping[date, Metadata], total: Metadata) -> dg.MaterializeResult[Any]:
    """Log one event for each touched day outside the run's own partitions; the returned result is for these."""
    own = days_of_run(context)
    for day, metadata in sorted(days.items()):
        if day in own:
            context.add_asset_metadata(dict(metadata), partition_key=day.isoformat())
        else:
            context.log_event(dg.AssetMaterialization(context.asset_key, partition=day.isoformat(), metadata=dict(metadata)))
    return dg.MaterializeResult(metadata={f"batch_{name}": value for name, value in total.items()})
