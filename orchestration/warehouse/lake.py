"""The lake: append-only Parquet parts, ``lake/<asset>/day=YYYY-MM-DD/<analysis_seq>.parquet`` in the object store.

A part is written once under a sequence of its own; rows carry the sequence, and of a session's rows on all days the highest
``(revision, analysis_seq)`` wins. Nothing is rewritten in place, so a reader never meets a half-written part.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from contract.keys import LAKE
from contract.store import Store

ANALYZERS = (
    "sales_intelligence",
    "lead_score",
    "conversation_quality",
    "sentiment",
    "objections_competitors",
    "performance",
    "content_gaps",
    "action_items",
    "executive_summary",
)
_UTC = pa.timestamp("us", tz="UTC")
_IDENTITY = [("session_id", pa.string()), ("revision", pa.int32()), ("doc_sha", pa.string()), ("analysis_seq", pa.int64())]
_ENGINE = [("engine", pa.string()), ("annotation_version", pa.string())]
_REPORT = [*_IDENTITY, *_ENGINE, ("analyzer_version", pa.string())]

LAKE_SCHEMAS: dict[str, pa.Schema] = {
    "session_documents": pa.schema(
        [
            *_IDENTITY,
            ("complete", pa.bool_()),
            ("test_call", pa.bool_()),
            ("store_key", pa.string()),
            ("received_at", _UTC),
            ("lead_key", pa.string()),
            ("lead_email", pa.string()),
            ("lead_name", pa.string()),
            ("document", pa.string()),
        ]
    ),
    "transcript_annotations": pa.schema(
        [*_IDENTITY, *_ENGINE, ("fallback_reason", pa.string()), ("annotations", pa.string())]
    ),
    **{name: pa.schema([*_REPORT, ("report", pa.string())]) for name in ANALYZERS},
    "analysis_results": pa.schema([*_REPORT, ("analyzed_at", _UTC), *((name, pa.string()) for name in ANALYZERS)]),
}


def part_key(asset: str, day: date, analysis_seq: int) -> str:
    return f"{LAKE}/{asset}/day={day.isoformat()}/{analysis_seq:012d}.parquet"


def write_part(store: Store, asset: str, day: date, analysis_seq: int, rows: Sequence[dict[str, Any]]) -> None:
    """Write the rows of one batch and day; writing them again replaces the part by the same. No rows, no part."""
    if not rows:
        return
    table = pa.Table.from_pylist(sorted(rows, key=lambda row: row["session_id"]), schema=LAKE_SCHEMAS[asset])
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd")
    store.put(part_key(asset, day, analysis_seq), buffer.getvalue())


def read_part(store: Store, asset: str, day: date, analysis_seq: int) -> list[dict[str, Any]]:
    """The rows of one part; none when it was never written."""
    try:
        body = store.get(part_key(asset, day, analysis_seq))
    except KeyError:
        return []
    return pq.read_table(io.BytesIO(body)).to_pylist()


def read_parts(store: Store, asset: str, day: date, session_ids: Collection[str] | None = None) -> list[dict[str, Any]]:
    """The winning row of each session of one day, over all its parts, ordered by session."""
    winners: dict[str, dict[str, Any]] = {}
    for stored in store.list(f"{LAKE}/{asset}/day={day.isoformat()}/"):
        for row in pq.read_table(io.BytesIO(store.get(stored.key))).to_pylist():
            known = winners.get(row["session_id"])
            if (session_ids is None or row["session_id"] in session_ids) and (known is None or _rank(row) > _rank(known)):
                winners[row["session_id"]] = row
    return [winners[session_id] for session_id in sorted(winners)]


def _rank(row: dict[str, Any]) -> tuple[int, int]:
    return row["revision"], row["analysis_seq"]
