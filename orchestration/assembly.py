"""All that Dagster knows, put together around one platform."""

import dagster as dg

from orchestration.assets.analyzers import ANALYZER_ASSETS, analysis_results
from orchestration.assets.annotations import transcript_annotations
from orchestration.assets.destinations import DELIVERY_CHECKS, SYNC_ASSETS, crm_opportunities
from orchestration.assets.documents import session_documents
from orchestration.assets.ledger import analysed_sessions, business_alerts
from orchestration.assets.publishing import daily_report, published_warehouse
from orchestration.assets.search import search_index
from orchestration.assets.serving import served_warehouse
from orchestration.assets.warehouse import warehouse_assets
from orchestration.checks import conservation, nothing_overlooked
from orchestration.jobs import jobs
from orchestration.quality.asset_checks import quality_checks
from orchestration.resources import Platform
from orchestration.schedules import schedules
from orchestration.sensors import new_calls


def build_definitions(platform: Platform) -> dg.Definitions:
    """The definitions around one platform; in-process executor, since a process per step would cost a lone call 28 s."""
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
    return dg.Definitions(
        assets=[*calls, daily_report, search_index, served_warehouse, *SYNC_ASSETS, crm_opportunities],
        asset_checks=[conservation, nothing_overlooked, *DELIVERY_CHECKS, *quality],
        jobs=jobs(calls, warehouse, quality),
        sensors=[new_calls],
        schedules=schedules(platform),
        resources={"platform": platform},
        executor=dg.in_process_executor,
    )
