"""Define ``published_warehouse``: the version that readers open, replaced by a manifest."""

import time
from typing import Any

import dagster as dg

from orchestration.resources import Platform
from orchestration.state.builds import built_change, record_published
from orchestration.warehouse.partitions import TABLES
from orchestration.warehouse.publish import publish


@dg.asset(
    deps=[dg.AssetKey(["warehouse", table]) for table in TABLES],
    group_name="publishing",
    pool="warehouse",
    kinds={"duckdb", "parquet"},
)
def published_warehouse(platform: dg.ResourceParam[Platform]) -> dg.MaterializeResult[Any]:
    """Publishes big tables as Parquet by day, the rest in a small DuckDB file; readers are never blocked (spec 8.3)."""
    began = time.monotonic()
    with platform.state.reading() as connection:
        built = built_change(connection)
    published = publish(platform.settings)
    with platform.state.writing() as connection:
        record_published(connection, built)
    return dg.MaterializeResult(
        metadata={"version": published.version, "tables": len(published.tables), "seconds": round(time.monotonic() - began, 3)}
    )
