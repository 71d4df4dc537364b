"""``search_index``: what was said in calls, ready for full-text search (spec 8.1)."""

import time
from typing import Any

import dagster as dg

from orchestration.resources import Platform
from orchestration.search.index import build_index


@dg.asset(deps=["published_warehouse"], group_name="publishing", pool="search", kinds={"duckdb", "parquet"})
def search_index(platform: dg.ResourceParam[Platform]) -> dg.MaterializeResult[Any]:
    """An inverted index of transcripts by month; only months whose published calls changed are written anew."""
    began = time.monotonic()
    manifest = build_index(platform.settings)
    return dg.MaterializeResult(
        metadata={
            "version": manifest.version if manifest else 0,
            "months": len(manifest.shards) if manifest else 0,
            "sessions": sum(shard.sessions for shard in manifest.shards.values()) if manifest else 0,
            "seconds": round(time.monotonic() - began, 3),
        }
    )
