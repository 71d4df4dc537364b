"""Assemble all of Dagster's definitions around one platform."""

from collections.abc import Sequence

import dagster as dg

from analyzers.reports import ANALYZERS
from orchestration.defs.assets.analyzers import ANALYZER_ASSETS, analysis_results
from orchestration.defs.assets.annotations import transcript_annotations
from orchestration.defs.assets.documents import session_documents
from orchestration.defs.assets.followers import follower_asset, follower_job, follower_schedule
from orchestration.defs.assets.ledger import analysed_sessions, business_alerts
from orchestration.defs.assets.partitions import by_day, days_from
from orchestration.defs.assets.publishing import published_warehouse
from orchestration.defs.assets.sources import SOURCES
from orchestration.defs.assets.warehouse import model_sources, nightly_models, warehouse_assets
from orchestration.defs.catalog import Catalog, CodeSource
from orchestration.defs.checks import all_documents_registered, analyses_in_lake, conservation
from orchestration.defs.delivery_checks import delivery_check
from orchestration.defs.freshness import every_night, of_follower
from orchestration.defs.jobs import jobs
from orchestration.defs.quality_checks import quality_checks, quality_schedule
from orchestration.defs.schedules import schedules
from orchestration.defs.sensors import new_calls
from orchestration.destinations.registry import VENDORS
from orchestration.downstream.follower import Follower, last_complete_day
from orchestration.downstream.table import FOLLOWERS
from orchestration.resources import Platform


def build_definitions(platform: Platform, followers: Sequence[Follower] = FOLLOWERS) -> dg.Definitions:
    """Return the definitions of one platform; in-process executor, since a process per step would cost a single call 28 s."""
    catalog = catalog_of(platform, followers)
    warehouse = catalog.completed(warehouse_assets())
    published = catalog.completed(published_warehouse)
    calls = [*analysis_assets(platform, catalog), warehouse, published]
    quality = quality_checks(platform)
    following = {follower.name: asset_of_follower(follower, platform, catalog) for follower in followers}
    deliveries = {f"{vendor.name}_sync": delivery_check(vendor) for vendor in VENDORS if f"{vendor.name}_sync" in following}
    of_followers = [
        follower_job(follower, following[follower.name], [c for name, c in deliveries.items() if name == follower.name])
        for follower in followers
    ]
    return dg.Definitions(
        assets=[*map(catalog.described, SOURCES), *calls, *following.values()],
        asset_checks=[conservation, analyses_in_lake, all_documents_registered, *deliveries.values(), *quality],
        jobs=[*jobs(calls, warehouse, quality, nightly=[published, following["served_warehouse"]]), *of_followers],
        sensors=[new_calls],
        schedules=[*schedules(platform), *(follower_schedule(f, platform) for f in followers), quality_schedule(platform)],
        resources={"platform": platform},
        executor=dg.in_process_executor,
    )


def analysis_assets(platform: Platform, catalog: Catalog) -> list[dg.AssetsDefinition]:
    """Return the assets from documents to the ledger, which are partitioned by the UTC day of a call."""
    days = days_from(platform.first_day, platform.settings.now)
    ledger = (business_alerts, analysed_sessions)
    assets = (session_documents, transcript_annotations, *ANALYZER_ASSETS, analysis_results, *ledger)
    return [by_day(catalog.completed(asset), days) for asset in assets]


def asset_of_follower(follower: Follower, platform: Platform, catalog: Catalog) -> dg.AssetsDefinition:
    """Return the asset of a follower; one per business day has yesterday as a partition even when the first call is of today."""
    asset = catalog.completed(follower_asset(follower))
    if not follower.per_day:
        return asset
    first = min(platform.first_day, last_complete_day(platform.now(), platform.settings))
    return by_day(asset, days_from(first, platform.settings.now))


def catalog_of(platform: Platform, followers: Sequence[Follower]) -> Catalog:
    """Return what the definitions add to their assets: where each is written, and when it is stale."""
    analyzers = {dg.AssetKey(analyzer.name): CodeSource.of(analyzer.run) for analyzer in ANALYZERS}
    running = {dg.AssetKey(follower.name): CodeSource.of(follower.run) for follower in followers}
    nightly = dict.fromkeys({*nightly_models(), published_warehouse.key}, every_night(platform.settings))
    policies = {dg.AssetKey(follower.name): of_follower(follower, platform.settings) for follower in followers}
    freshness = nightly | {key: policy for key, policy in policies.items() if policy}
    return Catalog(platform.settings, {**analyzers, **running, **model_sources()}, freshness)
