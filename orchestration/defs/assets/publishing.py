"""Define ``published_warehouse``: the version that readers open, replaced by a manifest."""

import time
from pathlib import Path
from typing import Any

import dagster as dg

from contract.platform.settings import Settings
from orchestration.defs.assets.warehouse_build import warehouse_build
from orchestration.defs.tags import WITH_EACH_BATCH
from orchestration.resources import Platform
from orchestration.state.builds import built_change, record_published
from orchestration.warehouse.manifest import Manifest
from orchestration.warehouse.partitions import TABLES
from orchestration.warehouse.publish import publish
from orchestration.warehouse.reader import open_published


@dg.asset(
    deps=[warehouse_build, *(dg.AssetKey(["warehouse", table]) for table in TABLES)],
    group_name="publishing",
    pool="warehouse",
    kinds={"duckdb", "parquet"},
    tags=WITH_EACH_BATCH,
)
def published_warehouse(platform: dg.ResourceParam[Platform]) -> dg.MaterializeResult[Any]:
    """Publishes big tables as Parquet by day, the rest in a small DuckDB file; readers are never blocked (spec 8.3)."""
    began = time.monotonic()
    with platform.state.reading() as connection:
        built = built_change(connection)
    published = publish(platform.settings)
    with platform.state.writing() as connection:
        record_published(connection, built)
    seconds = round(time.monotonic() - began, 3)
    return dg.MaterializeResult(metadata={**contents(platform.settings, published), "seconds": seconds})


def contents(settings: Settings, published: Manifest) -> dict[str, Any]:
    """Return where the version lies and what is in it; calls are its rows, since every table but the rollups hangs on one."""
    with open_published(settings) as connection:
        calls, leads = connection.execute("select (select count(*) from sessions), (select count(*) from leads)").fetchall()[0]
    folder = Path(published.root)
    return {
        "folder": dg.MetadataValue.path(folder),
        "database": dg.MetadataValue.path(folder / published.database),
        "version": published.version,
        "tables": len(TABLES),
        "calls": calls,
        "leads": leads,
        "dagster/row_count": calls,
    }
