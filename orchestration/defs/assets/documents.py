"""Define ``session_documents``: claimed documents are read, validated and written into the lake."""

from collections import Counter

from orchestration.defs.assets.call_assets import BatchRun, CallAsset, Written
from orchestration.intake.batch import claim_batch
from orchestration.intake.reading import read_batch
from orchestration.state.documents import keys_of_days
from orchestration.warehouse.lake import write_part
from orchestration.warehouse.lake_owner import claim_lake


def write_documents(run: BatchRun) -> Written:
    """Claim and read the documents of the run; every readable one becomes a row of the lake, every other is rejected."""
    platform, now = run.platform, run.platform.now()
    redo = run.store_keys is None
    claim_lake(platform.settings, platform.store, platform.state)
    with platform.state.reading() as connection:
        keys = keys_of_days(connection, run.days[0], run.days[-1]) if run.store_keys is None else list(run.store_keys)
    seq, claimed = claim_batch(platform.state, run.run_id, keys, now, platform.settings.lease_seconds)
    batch = read_batch(
        platform.store,
        platform.state,
        run.run_id,
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
        write_part(platform.store, "session_documents", day, seq, of_day, run_id=run.run_id)
    total = {
        "sessions": len(batch.rows),
        "rejected": len(batch.rejections),
        "unchanged": len(batch.unchanged),
    }
    return Written({day: {"sessions": count} for day, count in Counter(day_of_key.values()).items()}, total)


SESSION_DOCUMENTS = CallAsset(
    "session_documents",
    "Writes the sessions of this run as validated v1 documents; unreadable ones are rejected with a typed reason.",
    write_documents,
    deps=["call_documents"],
    group="intake",
)
