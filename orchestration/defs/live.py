"""Define what every call goes through and what follows it: the path of ``voice run``, without what only the night and people need.

dbt's models as assets are not among it, whose definition alone imports dbt: seconds that a run of one call does not have.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg

from orchestration.defs.assets.analyzers import ANALYSIS_RESULTS, ANALYZER_ASSETS, TRANSCRIPT_ANNOTATIONS
from orchestration.defs.assets.call_assets import CallAsset, calls_step
from orchestration.defs.assets.documents import SESSION_DOCUMENTS
from orchestration.defs.assets.followers import follower_asset, follower_job
from orchestration.defs.assets.ledger import ANALYSED_SESSIONS, BUSINESS_ALERTS
from orchestration.defs.assets.partitions import by_day, days_from
from orchestration.defs.assets.publishing import published_warehouse
from orchestration.defs.assets.warehouse_build import TESTS_OF_NEW_ROWS, warehouse_build
from orchestration.defs.catalog import Catalog
from orchestration.defs.delivery_checks import delivery_check
from orchestration.destinations.registry import VENDORS
from orchestration.downstream.follower import Follower, last_complete_day
from orchestration.downstream.table import FOLLOWERS
from orchestration.resources import Platform

PROCESS_CALLS = "process_calls"


def call_assets() -> tuple[CallAsset, ...]:
    """Return the assets from documents to the ledger in the order in which they are written."""
    return SESSION_DOCUMENTS, TRANSCRIPT_ANNOTATIONS, *ANALYZER_ASSETS, ANALYSIS_RESULTS, BUSINESS_ALERTS, ANALYSED_SESSIONS


class LiveAssets:
    """The assets of the live path, completed by a catalog. ``calls`` are partitioned by the UTC day of a call."""

    def __init__(self, platform: Platform, catalog: Catalog, followers: Sequence[Follower]) -> None:
        days = days_from(platform.first_day, platform.settings.now)
        self.calls = by_day(catalog.completed(calls_step(call_assets())), days)
        self.build = catalog.completed(warehouse_build)
        self.published = catalog.completed(published_warehouse)
        self.following = {follower.name: _asset_of(follower, platform, catalog) for follower in followers}
        syncs = {f"{vendor.name}_sync": vendor for vendor in VENDORS}
        self.deliveries = {name: delivery_check(syncs[name]) for name in self.following if name in syncs}

    @property
    def path(self) -> list[dg.AssetsDefinition]:
        """The assets from documents to the published warehouse."""
        return [self.calls, self.build, self.published]


def _asset_of(follower: Follower, platform: Platform, catalog: Catalog) -> dg.AssetsDefinition:
    """Return the asset of a follower; one per business day has yesterday as a partition even when the first call is of today."""
    asset = catalog.completed(follower_asset(follower))
    if not follower.per_day:
        return asset
    first = min(platform.first_day, last_complete_day(platform.now(), platform.settings))
    return by_day(asset, days_from(first, platform.settings.now))


def live_jobs(live: LiveAssets, followers: Sequence[Follower]) -> list[Any]:
    """Return the job of the live path and those of the followers."""
    process = dg.define_asset_job(
        PROCESS_CALLS,
        selection=dg.AssetSelection.assets(*live.path).without_checks() | dg.AssetSelection.checks(TESTS_OF_NEW_ROWS),
        description="Processes documents up to the published warehouse.",
    )
    return [
        process,
        *(
            follower_job(f, live.following[f.name], [live.deliveries[f.name]] if f.name in live.deliveries else [])
            for f in followers
        ),
    ]


def live_definitions(platform: Platform, followers: Sequence[Follower] = FOLLOWERS) -> dg.Definitions:
    """Return the definitions that ``voice run`` executes; in-process, since a process per step would cost a call 28 s."""
    live = LiveAssets(platform, Catalog(platform.settings, {}, {}), followers)
    return dg.Definitions(
        assets=[*live.path, *live.following.values()],
        asset_checks=[*live.deliveries.values()],
        jobs=live_jobs(live, followers),
        resources=resources(platform),
        executor=dg.in_process_executor,
    )


def resources(platform: Platform) -> Mapping[str, Any]:
    return {"platform": platform}
