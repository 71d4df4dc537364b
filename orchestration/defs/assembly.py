"""All that Dagster knows, put together around one platform."""

import dagster as dg

from orchestration.defs.assets.analyzers import ANALYZER_ASSETS, analysis_results
from orchestration.defs.assets.annotations import transcript_annotations
from orchestration.defs.assets.destinations import DELIVERY_CHECKS, SYNC_ASSETS, crm_opportunities
from orchestration.defs.assets.documents import session_documents
from orchestration.defs.assets.ledger import analysed_sessions, business_alerts
from orchestration.defs.assets.postgres import served_warehouse
from orchestration.defs.assets.publishing import daily_report, published_warehouse
from orchestration.defs.assets.search import search_index
from orchestration.defs.assets.warehouse import warehouse_assets
from orchestration.defs.checks import all_documents_registered, conservation
from orchestration.defs.jobs import jobs
from orchestration.defs.quality_checks import quality_checks
from orchestration.defs.schedules import schedules
from orchestration.defs.sensors import new_calls
from orchestration.resources import Platform


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
        asset_checks=[conservation, all_documents_registered, *DELIVERY_CHECKS, *quality],
        jobs=jobs(calls, warehouse, quality),
        sensors=[new_calls],
        schedules=schedules(platform),
        resources={"platform": platform},
        executor=dg.in_process_executor,
    )
