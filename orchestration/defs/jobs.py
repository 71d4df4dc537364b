"""Define the jobs of the warehouse: which assets and checks run together. Followers define their own jobs."""

from collections.abc import Sequence
from typing import Any

import dagster as dg

from orchestration.defs.assets.warehouse import nightly_models
from orchestration.defs.checks import all_documents_registered, analyses_in_lake, conservation
from orchestration.defs.quality_checks import quality_job


def jobs(
    calls: Sequence[Any],
    warehouse: dg.AssetsDefinition,
    quality: Sequence[dg.AssetChecksDefinition],
    nightly: Sequence[dg.AssetsDefinition],
) -> list[Any]:
    """Return the jobs. ``calls`` are the assets from documents to the published warehouse; ``quality`` has its own job.

    ``nightly`` are the assets that run after the nightly models.
    """
    models = dg.AssetSelection.assets(*nightly_models())
    unchecked = dg.AssetSelection.checks(all_documents_registered, analyses_in_lake, *quality)
    return [
        dg.define_asset_job(
            "process_calls",
            selection=dg.AssetSelection.assets(*calls) - models - unchecked,
            description="Processes documents up to the published warehouse.",
        ),
        dg.define_asset_job(
            "every_night",
            selection=(models | dg.AssetSelection.checks_for_assets(warehouse) | dg.AssetSelection.assets(*nightly))
            - dg.AssetSelection.checks(*quality),
            description="Builds the trends of the year, runs every test of the warehouse over all rows, and publishes.",
        ),
        dg.define_asset_job(
            "reconcile_ledger",
            selection=dg.AssetSelection.checks(conservation, analyses_in_lake, all_documents_registered),
            description="Checks that every document received is analysed, rejected or pending, and none is unregistered.",
        ),
        quality_job(quality),
    ]
