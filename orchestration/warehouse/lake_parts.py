"""List the parts of the lake, find damaged ones, and move them into quarantine, where nothing reads them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq

from contract.document.keys import LAKE, QUARANTINE
from contract.platform.store import Store
from orchestration.warehouse.lake_schemas import lake_schema

BUILT_FROM = ("session_documents", "analysis_results", "crm_opportunities")
"""Assets that the warehouse is built from. ``session_documents`` is the first that a batch writes."""
_KEY = re.compile(rf"{LAKE}/[^/]+/day=(\d{{4}}-\d{{2}}-\d{{2}})/(\d{{12}})[^/]*\.parquet")


@dataclass(frozen=True)
class LakePart:
    key: str
    day: date
    analysis_seq: int


def list_parts(store: Store, asset: str) -> Iterator[LakePart]:
    """Yield the parts of one asset; files with other names are none."""
    for found in store.list(f"{LAKE}/{asset}/"):
        if match := _KEY.fullmatch(found.key):
            yield LakePart(found.key, date.fromisoformat(match[1]), int(match[2]))


def highest_sequence(store: Store) -> int:
    """Return the highest analysis sequence in the lake, 0 when it is empty."""
    return max((part.analysis_seq for asset in BUILT_FROM for part in list_parts(store, asset)), default=0)


def versions_of_day(store: Store, asset: str, day: date) -> set[tuple[str, str]]:
    """Return pairs of session id and document hash in the readable parts of one day."""
    found: set[tuple[str, str]] = set()
    for part in list_parts(store, asset):
        if part.day == day and (table := _readable(store, part.key, ["session_id", "doc_sha"])) is not None:
            found.update(zip(table["session_id"].to_pylist(), table["doc_sha"].to_pylist(), strict=True))
    return found


def quarantine_damaged(store: Store) -> list[str]:
    """Move every damaged part that the warehouse is built from under ``quarantine/``; return their former keys.

    Reads all these parts, so it is meant for a build that has failed. A part is copied before it is removed.
    """
    damaged: list[str] = []
    for asset in BUILT_FROM:
        names = lake_schema(asset).names
        keys = [found.key for found in store.list(f"{LAKE}/{asset}/") if found.key.endswith(".parquet")]
        damaged += [key for key in sorted(keys) if _readable(store, key, names) is None]
    for key in damaged:
        store.copy(key, f"{QUARANTINE}/{key}")
        store.delete(key)
    return damaged


def _readable(store: Store, key: str, columns: list[str]) -> pa.Table | None:
    """Return the table, or None when the bytes are no Parquet file, are cut off, or lack a column."""
    try:
        table = pq.read_table(pa.BufferReader(store.get(key)), columns=columns)
    except KeyError:
        return pa.table({name: pa.array([], pa.string()) for name in columns})
    except (pa.ArrowException, OSError):
        return None
    return table if set(columns) <= set(table.column_names) else None
