"""The jobs: which assets and checks run together."""

from collections.abc import Sequence
from typing import Any

import dagster as dg

from orchestration.defs.assets.destinations import DELIVERY_CHECKS, SYNC_ASSETS, crm_opportunities
from orchestration.defs.assets.postgres import served_warehouse
from orchestration.defs.assets.publishing import daily_report, published_warehouse
from orchestration.defs.assets.search import search_index
from orchestration.defs.assets.warehouse import nightly_models
from orchestration.defs.checks import all_documents_registered, conservation
from orchestration.defs.quality_checks import quality_job
from orchestration.destinations.registry import NAMES


def jobs(calls: Sequence[Any], warehouse: dg.AssetsDefinition, quality: Sequence[dg.AssetChecksDefinition]) -> list[Any]:
    """``calls`` are the assets from documents to the published warehouse; ``quality`` is checked by a job of its own."""
    nightly = dg.AssetSelection.assets(*nightly_models())
    return [
        dg.define_asset_job(
            "process_calls",
            selection=dg.AssetSelection.assets(*calls) - nightly - dg.AssetSelection.checks(all_documents_registered, *quality),
            description="From documents to the published warehouse.",
        ),
        dg.define_asset_job(
            "every_night",
            selection=(
                nightly
                | dg.AssetSelection.checks_for_assets(warehouse)
                | dg.AssetSelection.assets(published_warehouse, served_warehouse)
            )
            - dg.AssetSelection.checks(*quality),
            description="Trends of the year, every test of the warehouse over all rows, and publishing.",
        ),
        _job("write_daily_report", "The e-mail of one business day.", daily_report),
        _job("index_transcripts", "Full-text search over transcripts.", search_index),
        _job("serve_warehouse", "What is published, in PostgreSQL too.", served_warehouse),
        *(
            dg.define_asset_job(
                f"sync_{name}",
                selection=dg.AssetSelection.assets(asset) | dg.AssetSelection.checks(check),
                description=f"What is due at {name.capitalize()}.",
            )
            for name, asset, check in zip(NAMES, SYNC_ASSETS, DELIVERY_CHECKS, strict=True)
        ),
        _job("read_opportunities", "What became of the callers' accounts in the CRM.", crm_opportunities),
        dg.define_asset_job(
            "reconcile_ledger",
            selection=dg.AssetSelection.checks(conservation, all_documents_registered),
            description="Every document received is analysed, rejected or pending, and none is unregistered.",
        ),
        quality_job(quality),
    ]


def _job(name: str, description: str, asset: dg.AssetsDefinition) -> Any:
    return dg.define_asset_job(name, selection=[asset], description=description)
