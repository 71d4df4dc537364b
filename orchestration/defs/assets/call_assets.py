"""Define the assets from documents to the ledger as one step, which runs those selected in their order.

A step of Dagster costs a run of one call more than most of these take. Each stays an asset of its own, with its lineage,
partitions and metadata, and can be materialized alone.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import dagster as dg

from orchestration.defs.assets.batch_analysis import BatchCalls, analyse_batch, scope_of
from orchestration.defs.assets.partitions import days_of_run
from orchestration.defs.tags import WITH_EACH_BATCH
from orchestration.intake.batch import Batch, open_batch
from orchestration.resources import Platform

Figures = Mapping[str, int | float | str]
STEP = "calls"
"""Name of the step, under which a run's configuration lies."""
BATCH_SECONDS = "batch_seconds"
"""Metadata of each asset: how long its part of the step took."""


class BatchConfig(dg.Config):
    """``store_keys`` are the documents of this run; without them every document of the partition's days is processed again."""

    store_keys: list[str] | None = None


@dataclass(frozen=True)
class BatchRun:
    """A run at work on some calls: the documents it is to claim, or the days whose calls it processes again.

    ``assets`` are the names of those that are selected.
    """

    platform: Platform
    run_id: str
    days: Sequence[date]
    store_keys: Sequence[str] | None
    assets: frozenset[str]

    def batch(self) -> Batch:
        """Return the sessions this run works on: those it claimed, or the analysed ones of its partitions; renews its lease."""
        settings = self.platform.settings
        return open_batch(self.platform.state, self.run_id, self.days, self.platform.now(), settings.lease_seconds)

    @cached_property
    def calls(self) -> BatchCalls:
        """What the selected assets need of each call, made on first use and held until the run ends."""
        return analyse_batch(self.platform, self.batch(), scope_of(self.assets))


@dataclass(frozen=True)
class Written:
    """What an asset wrote: figures of each day it touched, and of the whole batch."""

    days: Mapping[date, Figures]
    total: Figures = field(default_factory=dict[str, int])


@dataclass(frozen=True)
class CallAsset:
    """One asset of the step. ``write`` does its work; its module is where the catalog's link to the code leads."""

    name: str
    description: str
    write: Callable[[BatchRun], Written]
    deps: Sequence[str]
    group: str = "analysis"
    kinds: frozenset[str] = frozenset({"python", "parquet"})
    code_version: str | None = None

    @property
    def key(self) -> dg.AssetKey:
        return dg.AssetKey(self.name)

    @property
    def spec(self) -> dg.AssetSpec:
        return dg.AssetSpec(
            self.key,
            deps=[dg.AssetKey(name) for name in self.deps],
            description=self.description,
            group_name=self.group,
            kinds=set(self.kinds),
            tags=WITH_EACH_BATCH,
            code_version=self.code_version,
        )


def calls_step(assets: Sequence[CallAsset]) -> dg.AssetsDefinition:
    """Return the step of these assets, which are listed in the order in which they are written."""

    @dg.multi_asset(name=STEP, specs=[asset.spec for asset in assets], can_subset=True)
    def calls(
        context: dg.AssetExecutionContext, config: BatchConfig, platform: dg.ResourceParam[Platform]
    ) -> Iterator[dg.MaterializeResult[Any]]:
        selected = frozenset(asset.name for asset in assets if asset.key in context.selected_asset_keys)
        run = BatchRun(platform, context.run.run_id, days_of_run(context), config.store_keys, selected)
        for asset in assets:
            if asset.name in selected:
                yield _materialized(context, asset, run)

    return calls


def _materialized(context: dg.AssetExecutionContext, asset: CallAsset, run: BatchRun) -> dg.MaterializeResult[Any]:
    """Write the asset. Each touched day outside the run's own partitions gets an event; the returned result is for these."""
    began = time.monotonic()
    written = asset.write(run)
    for day, figures in sorted(written.days.items()):
        if day in run.days:
            context.add_asset_metadata(dict(figures), asset_key=asset.key, partition_key=day.isoformat())
        else:
            context.log_event(dg.AssetMaterialization(asset.key, partition=day.isoformat(), metadata=dict(figures)))
    total = {f"batch_{name}": value for name, value in written.total.items()}
    seconds = {BATCH_SECONDS: round(time.monotonic() - began, 3)}
    return dg.MaterializeResult(asset_key=asset.key, metadata={**total, **seconds})
