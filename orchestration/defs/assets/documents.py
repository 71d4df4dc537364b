"""Define ``session_documents``: claimed documents are read, validated and written into the lake."""

import time
from collections import Counter
from typing import Any

import dagster as dg

from orchestration.defs.assets.partitions import days_of_run, materialized
from orchestration.defs.assets.sources import call_documents
from orchestration.defs.tags import WITH_EACH_BATCH
from orchestration.intake.batch import claim_batch
from orchestration.intake.reading import read_batch
from orchestration.resources import Platform
from orchestration.state.documents import keys_of_days
from orchestration.warehouse.lake import write_part
from orchestration.warehouse.lake_owner import claim_lake


class BatchConfig(dg.Config):
    """``store_keys`` are the documents of this run; without them every document of the partition's days is processed again."""

    store_keys: list[str] | None = None


@dg.asset(group_name="intake", deps=[call_documents], kinds={"python", "parquet"}, tags=WITH_EACH_BATCH)
def session_documents(
    context: dg.AssetExecutionContext, config: BatchConfig, platform: dg.ResourceParam[Platform]
) -> dg.MaterializeResult[Any]:
    """Writes the sessions of this run as validated v1 documents; unreadable ones are rejected with a typed reason."""
    began, now = time.monotonic(), platform.now()
    redo, days_redone = config.store_keys is None, days_of_run(context)
    claim_lake(platform.settings, platform.store, platform.state)
    with platform.state.reading() as connection:
        keys = keys_of_days(connection, days_redone[0], days_redone[-1]) if redo else config.store_keys or []
    seq, claimed = claim_batch(platform.state, context.run.run_id, keys, now, platform.settings.lease_seconds)
    batch = read_batch(
        platform.store,
        platform.state,
        context.run.run_id,
        claimed,
        seq,
        now,
        platform.pseudonym_secret,
        redo=redo,
        progress=lambda done: platform.progress("read", done),
    )
    day_of_key = {a.store_key: a.day for a in batch.accepted}
    for day in set(day_of_key.values()):
        of_day = [row for row in batch.rows if day_of_key[row["store_key"]] == day]
        write_part(platform.store, "session_documents", day, seq, of_day, run_id=context.run.run_id)
    days = {day: {"sessions": count} for day, count in Counter(day_of_key.values()).items()}
    total = {
        "sessions": len(batch.rows),
        "rejected": len(batch.rejections),
        "unchanged": len(batch.unchanged),
        "seconds": round(time.monotonic() - began, 3),
    }
    return materialized(context, days, total)
