"""Assemble all of Dagster's definitions around one platform."""

from collections.abc import Sequence

import dagster as dg

from orchestration.defs.assets.analyzers import ANALYZER_ASSETS, analysis_results
from orchestration.defs.assets.annotations import transcript_annotations
from orchestration.defs.assets.documents import session_documents
from orchestration.defs.assets.followers import follower_asset, follower_job, follower_schedule
from orchestration.defs.assets.ledger import analysed_sessions, business_alerts
from orchestration.defs.assets.publishing import published_warehouse
from orchestration.defs.assets.warehouse import warehouse_assets
from orchestration.defs.checks import all_documents_registered, analyses_in_lake, conservation
from orchestration.defs.delivery_checks import delivery_check
from orchestration.defs.jobs import jobs
from orchestration.defs.quality_checks import quality_checks, quality_schedule
from orchestration.defs.schedules import schedules
from orchestration.defs.sensors import new_calls
from orchestration.destinations.registry import VENDORS
from orchestration.downstream.follower import Follower
from orchestration.downstream.table import FOLLOWERS
from orchestration.resources import Platform


def build_definitions(platform: Platform, followers: Sequence[Follower] = FOLLOWERS) -> dg.Definitions:
    """Return the definitions of one platform; in-process executor, since a process per step would cost a single call 28 s."""
    warehouse = warehouse_assets()
    calls = [
        session_documents,
        transcript_annotations,
        *ANALYZER_ASSETS,
        analysis_results,
        business_alerts,
        analysed_sessions,
        warehouse,
        published_warehouse,
    ]
    quality = quality_checks(platform)
    following = {follower.name: follower_asset(follower) for follower in followers}
    deliveries = {f"{vendor.name}_sync": delivery_check(vendor) for vendor in VENDORS if f"{vendor.name}_sync" in following}
    of_followers = [
        follower_job(follower, following[follower.name], [c for name, c in deliveries.items() if name == follower.name])
        for follower in followers
    ]
    return dg.Definitions(
        assets=[*calls, *following.values()],
        asset_checks=[conservation, analyses_in_lake, all_documents_registered, *deliveries.values(), *quality],
        jobs=[*jobs(calls, warehouse, quality, nightly=[published_warehouse, following["served_warehouse"]]), *of_followers],
        sensors=[new_calls],
        schedules=[*schedules(platform), *(follower_schedule(f, platform) for f in followers), quality_schedule(platform)],
        resources={"platform": platform},
        executor=dg.in_process_executor,
    )
