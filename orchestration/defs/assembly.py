"""Assemble all of Dagster's definitions around one platform: the live path, dbt's models, the checks, sensor and schedules."""

from collections.abc import Sequence

import dagster as dg

from analyzers.reports import ANALYZERS
from orchestration.defs.alerting import alert_schedule
from orchestration.defs.assets.followers import follower_schedule
from orchestration.defs.assets.publishing import published_warehouse
from orchestration.defs.assets.sources import SOURCES
from orchestration.defs.assets.warehouse import model_sources, nightly_models, warehouse_assets
from orchestration.defs.catalog import Catalog, CodeSource
from orchestration.defs.checks import all_documents_registered, analyses_in_lake, conservation
from orchestration.defs.failed_runs import failed_run_sensor
from orchestration.defs.freshness import every_night, of_follower
from orchestration.defs.jobs import jobs
from orchestration.defs.live import LiveAssets, call_assets, live_jobs, resources
from orchestration.defs.quality_checks import quality_checks, quality_schedule
from orchestration.defs.sampling import sampling_schedule
from orchestration.defs.schedules import schedules
from orchestration.defs.sensors import new_calls
from orchestration.downstream.follower import Follower
from orchestration.downstream.table import FOLLOWERS
from orchestration.resources import Platform


def build_definitions(platform: Platform, followers: Sequence[Follower] = FOLLOWERS) -> dg.Definitions:
    """Return the definitions of one platform; in-process executor, since a process per step would cost a single call 28 s."""
    catalog = catalog_of(platform, followers)
    live = LiveAssets(platform, catalog, followers)
    warehouse = catalog.completed(warehouse_assets())
    quality = quality_checks(platform)
    checks = [conservation, analyses_in_lake, all_documents_registered, *live.deliveries.values(), *quality]
    return dg.Definitions(
        assets=[*map(catalog.described, SOURCES), *live.path, warehouse, *live.following.values()],
        asset_checks=checks,
        jobs=[
            *live_jobs(live, followers),
            *jobs(warehouse, quality, nightly=[live.published, live.following["served_warehouse"]]),
        ],
        sensors=[new_calls, failed_run_sensor(platform)],
        schedules=[
            *schedules(platform),
            alert_schedule(platform, [key for checked in (*checks, warehouse, live.build) for key in checked.check_keys]),
            sampling_schedule(platform),
            *(follower_schedule(f, platform) for f in followers),
            quality_schedule(platform),
        ],
        resources=resources(platform),
        executor=dg.in_process_executor,
    )


def catalog_of(platform: Platform, followers: Sequence[Follower]) -> Catalog:
    """Return what the definitions add to their assets: where each is written, and when it is stale."""
    calls = {asset.key: CodeSource.of(asset.write) for asset in call_assets()}
    analyzers = {dg.AssetKey(analyzer.name): CodeSource.of(analyzer.run) for analyzer in ANALYZERS}
    running = {dg.AssetKey(follower.name): CodeSource.of(follower.run) for follower in followers}
    nightly = dict.fromkeys({*nightly_models(), published_warehouse.key}, every_night(platform.settings))
    policies = {dg.AssetKey(follower.name): of_follower(follower, platform.settings) for follower in followers}
    freshness = nightly | {key: policy for key, policy in policies.items() if policy}
    return Catalog(platform.settings, {**calls, **analyzers, **running, **model_sources()}, freshness)
