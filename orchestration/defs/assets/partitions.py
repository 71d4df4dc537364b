"""Define days (UTC date of a call's start) as partitions; sessions are rows within them.

A live run takes sessions of any days: it runs under the partition of its latest day and reports the other days it touched
by separate materialization events, so that the days shown as materialized are the days written.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import dagster as dg

from contract.document.keys import FIRST_DAY
from contract.platform.settings import load_settings
from orchestration.intake.batch import Batch, open_batch
from orchestration.resources import Platform


def days_until(pinned: datetime | None) -> dg.DailyPartitionsDefinition:
    """Return every UTC day from 2020 to today inclusive; to the pinned day when the clock is pinned (``VOICE_NOW``)."""
    ahead = (pinned.astimezone(UTC).date() - datetime.now(UTC).date()).days if pinned else 0
    return dg.DailyPartitionsDefinition(start_date=FIRST_DAY.isoformat(), end_offset=1 + ahead)


DAYS = days_until(load_settings().now)

Metadata = Mapping[str, int | float | str]


def batch_of(context: dg.AssetExecutionContext, platform: Platform) -> Batch:
    """Return the sessions this run works on: those it claimed, or the analysed ones of its partition."""
    day = date.fromisoformat(context.partition_key)
    return open_batch(platform.state, context.run.run_id, day, platform.now(), platform.settings.lease_seconds)


def materialized(context: dg.AssetExecutionContext, days: Mapping[date, Metadata], total: Metadata) -> dg.MaterializeResult[Any]:
    """Log one event for each touched day; the returned result is for the run's own partition."""
    own = date.fromisoformat(context.partition_key)
    for day, metadata in sorted(days.items()):
        if day != own:
            event = dg.AssetMaterialization(context.asset_key, partition=day.isoformat(), metadata=dict(metadata))
            context.log_event(event)
    return dg.MaterializeResult(metadata={**days.get(own, {}), **{f"batch_{name}": value for name, value in total.items()}})
