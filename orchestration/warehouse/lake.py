"""Write and read the lake: append-only Parquet parts ``lake/<asset>/day=YYYY-MM-DD/<seq>-<writer>.parquet`` in the store.

The writer is a short hash of the run's id, so that two databases that count alike cannot overwrite each other's parts. A part is
written once for each batch, asset and day; writing it again gives the same bytes. Of several rows of a session, readers take the
one with the highest (revision, complete, analysis_seq).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from hashlib import sha256
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from contract.document.keys import LAKE, QUARANTINE
from contract.platform.failures import PermanentFailure
from contract.platform.store import Store
from orchestration.warehouse.lake_schemas import LAKE_SCHEMAS, lake_schema

__all__ = ["LAKE_SCHEMAS", "latest", "part_key", "read_part", "read_parts", "read_versions", "write_part"]

_READERS = 8
"""Parts fetched at the same time: reading waits for the store's answers, not for the processor."""
SEQUENCE_DIGITS = 12
"""Decimal digits of the sequence in a part's name, so that names sort by it."""
_WRITER_DIGITS = 8
"""Hexadecimal digits in a part's name: enough to keep apart two runs that have the same sequence."""
_ROWS_A_GROUP = 256
"""Rows of a Parquet row group: a row can hold a whole document, so DuckDB's usual 122,880 would fill the memory."""


def day_folder(asset: str, day: date) -> str:
    return f"{LAKE}/{asset}/day={day.isoformat()}/"


def part_key(asset: str, day: date, analysis_seq: int, run_id: str) -> str:
    writer = sha256(run_id.encode()).hexdigest()[:_WRITER_DIGITS]
    return f"{day_folder(asset, day)}{analysis_seq:0{SEQUENCE_DIGITS}d}-{writer}.parquet"


def write_part(
    store: Store, asset: str, day: date, analysis_seq: int, rows: Sequence[Mapping[str, Any]], *, run_id: str
) -> str | None:
    """Write the rows of one batch, asset and day as one part; return its key, or None when there are no rows.

    Rows are ordered by session, so that equal rows give equal bytes. The store's failures are passed on.
    """
    schema = lake_schema(asset)
    if not rows:
        return None
    ordered = sorted(rows, key=lambda row: (row["session_id"], row["doc_sha"])) if "doc_sha" in schema.names else rows
    table = pa.Table.from_pylist([dict(row) for row in ordered], schema=schema)
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd", row_group_size=_ROWS_A_GROUP)
    key = part_key(asset, day, analysis_seq, run_id)
    store.put(key, sink.getvalue().to_pybytes())
    return key


def read_part(store: Store, asset: str, day: date, analysis_seq: int, *, run_id: str) -> list[dict[str, Any]]:
    """Return the rows one batch wrote for one asset and day; empty when it wrote none."""
    try:
        return _table(store, part_key(asset, day, analysis_seq, run_id)).to_pylist()
    except KeyError:
        return []


def read_parts(store: Store, asset: str, day: date, session_ids: Collection[str] | None = None) -> list[dict[str, Any]]:
    """Return the latest row of each session on one day, of all sessions or of those named, ordered by session id."""
    lake_schema(asset)
    keys = sorted(found.key for found in store.list(day_folder(asset, day)) if found.key.endswith(".parquet"))
    wanted = None if session_ids is None else pa.array(sorted(session_ids), pa.string())
    with ThreadPoolExecutor(_READERS) as pool:
        tables = pool.map(lambda key: _rows_of(store, key, wanted), keys)
        winners = latest(row for table in tables for row in table.to_pylist())
    return [winners[session_id] for session_id in sorted(winners)]


def read_versions(
    store: Store, asset: str, day: date, versions: Mapping[str, str], seqs: Collection[int], columns: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """Return the latest row of each session that is of exactly these bytes (session id to ``doc_sha``); others are missing.

    The parts of the sequences ``seqs`` are read first, and the others of the day only for what these lack.
    """
    keys = sorted(found.key for found in store.list(day_folder(asset, day)) if found.key.endswith(".parquet"))
    likely = [key for key in keys if _sequence_of(key) in seqs]
    found = _versions_in(store, likely, versions, columns)
    missing = {session: sha for session, sha in versions.items() if session not in found}
    others = [key for key in keys if key not in set(likely)]
    return {**found, **_versions_in(store, others, missing, columns)} if missing and others else found


def _versions_in(
    store: Store, keys: Sequence[str], versions: Mapping[str, str], columns: Sequence[str]
) -> dict[str, dict[str, Any]]:
    wanted = pa.array(sorted(versions), pa.string())
    with ThreadPoolExecutor(_READERS) as pool:
        tables = pool.map(lambda key: _rows_of(store, key, wanted, columns), keys)
        return latest(row for t in tables for row in t.to_pylist() if versions[row["session_id"]] == row["doc_sha"])


def _sequence_of(key: str) -> int:
    """Return the sequence in a part's name; a file with another name has none, which is -1."""
    digits = key.rpartition("/")[2].partition("-")[0]
    return int(digits) if digits.isdecimal() else -1


def _rows_of(store: Store, key: str, wanted: Any, columns: Sequence[str] | None = None) -> Any:
    table = _table(store, key, columns)
    return table if wanted is None else table.filter(pc.is_in(table["session_id"], value_set=wanted))  # pyright: ignore[reportAttributeAccessIssue]


def latest(rows: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the latest row of each session, by session id."""
    winners: dict[str, dict[str, Any]] = {}
    for row in rows:
        held = winners.get(row["session_id"])
        if held is None or _precedence(row) > _precedence(held):
            winners[row["session_id"]] = row
    return winners


def _precedence(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return the sort key of a row; ``complete`` is only in documents. The content decides a tie, so order never matters."""
    return row["revision"], row.get("complete", True), row["analysis_seq"], row["doc_sha"]


def _table(store: Store, key: str, columns: Sequence[str] | None = None) -> Any:
    """Return the part's table; raises ``PermanentFailure`` that names a part which cannot be read."""
    body = store.get(key)
    try:
        return pq.read_table(pa.BufferReader(body), columns=None if columns is None else list(columns))
    except (pa.ArrowException, OSError) as error:
        raise PermanentFailure(
            f"The lake part {key} is damaged ({type(error).__name__}).",
            f"Move it to {QUARANTINE}/{key} in the store, then 'voice run' derives its calls again from their documents.",
        ) from None
