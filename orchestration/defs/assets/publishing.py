"""``published_warehouse``: what readers open, swapped by a manifest; and ``daily_report``, the executives' e-mail."""

import time
from datetime import date
from typing import Any

import dagster as dg

from orchestration.defs.assets.partitions import DAYS
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
    """Big tables as Parquet by day, the rest in a small DuckDB file; readers are never blocked (spec 8.3)."""
    began = time.monotonic()
    with platform.state.reading() as connection:
        built = built_change(connection)
    published = publish(platform.settings)
    with platform.state.writing() as connection:
        record_published(connection, built)
    return dg.MaterializeResult(
        metadata={"version": published.version, "tables": len(published.tables), "seconds": round(time.monotonic() - began, 3)}
    )


@dg.asset(partitions_def=DAYS, deps=["published_warehouse"], group_name="publishing", kinds={"python", "html"})
def daily_report(context: dg.AssetExecutionContext, platform: dg.ResourceParam[Platform]) -> dg.MaterializeResult[Any]:
    """The daily executive summary of one business day, as HTML in a folder (spec 7.5)."""
    from orchestration.reports.daily_report import write_report

    began = time.monotonic()
    path = write_report(platform.settings, date.fromisoformat(context.partition_key))
    return dg.MaterializeResult(
        metadata={
            "path": dg.MetadataValue.path(str(path)),
            "bytes": path.stat().st_size,
            "seconds": round(time.monotonic() - began, 3),
        }
    )
