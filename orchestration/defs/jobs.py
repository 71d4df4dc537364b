"""Define the jobs of the night and of the checks. Those of the live path are in ``live.py``."""

from collections.abc import Sequence
from typing import Any

import dagster as dg

from orchestration.defs.checks import all_documents_registered, analyses_in_lake, conservation
from orchestration.defs.quality_checks import quality_job


def jobs(
    warehouse: dg.AssetsDefinition,
    quality: Sequence[dg.AssetChecksDefinition],
    nightly: Sequence[dg.AssetsDefinition],
) -> list[Any]:
    """Return the jobs. ``quality`` has its own; ``nightly`` are the assets that run after dbt's models."""
    return [
        dg.define_asset_job(
            "every_night",
            selection=(dg.AssetSelection.assets(warehouse, *nightly) | dg.AssetSelection.checks_for_assets(warehouse))
            - dg.AssetSelection.checks(*quality),
            description="Builds the trends of the year, materializes every model, tests all rows of the warehouse, and publishes.",
        ),
        dg.define_asset_job(
            "reconcile_ledger",
            selection=dg.AssetSelection.checks(conservation, analyses_in_lake, all_documents_registered),
            description="Checks that every document received is analysed, rejected or pending, and none is unregistered.",
        ),
        quality_job(quality),
    ]
