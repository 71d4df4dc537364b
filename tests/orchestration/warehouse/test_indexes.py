"""What the specification's indexes are for is met without any: a query over a short time reads little (docs/warehouse.md)."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from orchestration.warehouse.manifest import Manifest
from orchestration.warehouse.publish import publish
from orchestration.warehouse.reader import open_published
from tests.support.kept_builds import built
from tests.support.lake_samples import Lake, sample_documents


def row_groups(manifest: Manifest, folder: Path, table: str, column: str, since: datetime) -> tuple[int, int]:
    """Of the row groups of a published table: those whose values reach ``since``, and all."""
    files = [str(folder / file.path) for file in manifest.tables[table].values()]
    sql = (
        "select count_if(stats_max_value::timestamp >= ?), count(*) from parquet_metadata(?) where path_in_schema = ?"
        " and stats_max_value is not null"
    )
    return duckdb.execute(sql, [since, files, column]).fetchall()[0]


@pytest.mark.parametrize(
    ("table", "column"),
    [("sessions", "start_time"), ("metrics", "timestamp"), ("turns", "started_at"), ("hourly_calls", "hour")],
)
def test_a_short_time_is_a_filter_of_the_scan_that_most_row_groups_cannot_pass(lake: Lake, table: str, column: str):
    lake.analyse(sample_documents())
    built(lake)
    manifest = publish(lake.settings)
    since = (max(document.start_time for document in sample_documents()) - timedelta(days=1)).replace(tzinfo=None)
    reached, there = row_groups(manifest, lake.settings.published_dir, table, column, since)
    assert 0 < reached <= there / 2
    with open_published(lake.settings) as connection:
        ((_, plan),) = connection.execute(f"explain select * from {table} where \"{column}\" >= timestamp '{since}'").fetchall()
    scan = plan[plan.index("READ_PARQUET") :]
    assert f"{column}>=" in "".join(scan.split()).replace("│", "").replace("'", "")
