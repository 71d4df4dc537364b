"""Define days (UTC date of a call's start) as partitions; sessions are rows within them.

A live run takes sessions of any days: it runs under the partition of its latest day and reports the other days it touched
by separate materialization events, so that the days shown as materialized are the days written. A run of a backfill takes
several consecutive days.
"""

from datetime import UTC, date, datetime

import dagster as dg

DAYS_PER_RUN = 7
"""Days of one run of a backfill: few enough that a week of calls fits in memory, and a year is 53 processes instead of 365."""


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
