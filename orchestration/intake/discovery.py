"""Discover documents by comparing the store's listing with the ledger, so that no timestamp or order can hide one.

A document is read again when its e_tag differs from the ledger's. Hot days are listed at each tick, all days hourly, because
a late delivery or a correction can change any old day.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import chain

from sqlalchemy import select

from contract.document.keys import REJECTED, SESSIONS, STARTS, day_in_key, day_prefix, session_in_key
from contract.platform.batching import batches
from contract.platform.ignored_keys import is_ignored
from contract.platform.read_ahead import read_ahead
from contract.platform.store import Store, StoredObject
from contract.platform.times import read_moment
from orchestration.state.database import StateDatabase, insert_or_ignore
from orchestration.state.documents import Received, documents_of, known_hashes, record_received
from orchestration.state.tables import STARTS as STARTS_TABLE

_WRITTEN_AT_ONCE = 1000  # rows in one transaction: short ones let other writers in between
_UNFINISHED_AFTER = timedelta(hours=1)  # no write takes as long: the largest file is 256 MB
_READERS = 8  # threads that fetch start markers, which are small, so that the store's latency dominates
_FETCHED_TOGETHER = 4  # start markers that a thread fetches for one hand-over, which takes as long as reading one from a folder


@dataclass(frozen=True)
class Discovery:
    """Counts of one discovery: objects listed, documents that became pending, calls that started."""

    listed: int
    pending: int
    started: int


def hot_days(now: datetime) -> tuple[date, ...]:
    """Return the UTC days of which new calls are expected: yesterday, today and tomorrow (clocks differ)."""
    today = now.astimezone(UTC).date()
    return tuple(today + timedelta(days=offset) for offset in (-1, 0, 1))


def discover(store: Store, state: StateDatabase, now: datetime, days: Sequence[date] | None = None) -> Discovery:
    """List the given UTC days, or everything when ``days`` is None, and enter what is new into the ledger (spec 2.1).

    When everything is listed, unfinished writes are removed first: a copy of a document that no listing shows escapes erasure.
    Raises ``TransientFailure`` when the store is unavailable; the next discovery repeats the rest.
    """
    if days is None:
        store.remove_unfinished(now - _UNFINISHED_AFTER)
    sessions, starts = ([root] if days is None else [day_prefix(root, day) for day in days] for root in (SESSIONS, STARTS))
    listed = pending = 0
    for received in batches((r for prefix in sessions for r in _documents(store, prefix)), _WRITTEN_AT_ONCE):
        listed += len(received)
        pending += _entered(state, received, now)
    for received in batches(_quarantine(store) if days is None else (), _WRITTEN_AT_ONCE):
        pending += enter_quarantined(state, received, now)
    started = sum(_read_starts(store, state, prefix) for prefix in starts)
    return Discovery(listed, pending, started)


def unregistered_keys(store: Store, state: StateDatabase, before: datetime) -> list[str]:
    """Return keys of documents that have been in the store since ``before`` and that the ledger does not know."""
    missing: list[str] = []
    keys = (r.stored.key for r in _documents(store, SESSIONS) if r.stored.last_modified < before)
    for portion in batches(keys, _WRITTEN_AT_ONCE):
        with state.reading() as connection:
            known = documents_of(connection, portion)
        missing += [key for key in portion if key not in known]
    return missing


def unregistered_of_days(store: Store, state: StateDatabase, days: Sequence[date]) -> int:
    """Count the documents of these UTC days that are in the store and that the ledger does not know."""
    unknown = 0
    for portion in batches((r.stored.key for day in days for r in _documents(store, day_prefix(SESSIONS, day))), _WRITTEN_AT_ONCE):
        with state.reading() as connection:
            known = documents_of(connection, portion)
        unknown += sum(key not in known for key in portion)
    return unknown


def enter_quarantined(state: StateDatabase, received: Sequence[Received], now: datetime) -> int:
    """Enter objects under ``rejected/`` whose content the ledger does not know; return how many became pending.

    The others are copies that the pipeline made of documents it rejected.
    """
    with state.reading() as connection:
        known = known_hashes(connection, [_hash_in_key(r.stored.key) for r in received])
    fresh = {r.stored.key: r for r in received if _hash_in_key(r.stored.key) not in known}
    return _entered(state, [Received(r.stored, None, None) for r in fresh.values()], now)


def _entered(state: StateDatabase, received: list[Received], now: datetime) -> int:
    with state.writing() as connection:
        return record_received(connection, received, now)


def _documents(store: Store, prefix: str) -> Iterator[Received]:
    """List what lies where documents lie, also under keys that are then rejected; only what is on the written list is left out."""
    for stored in store.list_all(prefix):
        if not is_ignored(stored.key):
            yield Received(stored, session_in_key(stored.key), day_in_key(stored.key))


def _quarantine(store: Store) -> Iterator[Received]:
    """List documents that delivery could not key, under ``rejected/<sha256>``; the pipeline's own copies are known by hash."""
    return (Received(stored, None, None) for stored in store.list_all(REJECTED) if not is_ignored(stored.key))


def _hash_in_key(key: str) -> str:
    return key.rsplit("/", 1)[-1]


def _read_starts(store: Store, state: StateDatabase, prefix: str) -> int:
    """Enter new start markers into the ledger, a portion at a time, so that an interrupted sweep keeps its progress."""
    with state.reading() as connection:
        known = set(
            connection.execute(select(STARTS_TABLE.c.store_key).where(STARTS_TABLE.c.store_key.startswith(prefix))).scalars()
        )
    started = 0
    new = (stored for stored in store.list(prefix) if stored.key not in known)
    portions = batches(new, _FETCHED_TOGETHER)
    read = read_ahead(lambda portion: [_start_row(store, stored) for stored in portion], portions, _READERS)
    for rows in batches(chain.from_iterable(read), _WRITTEN_AT_ONCE):
        with state.writing() as connection:
            insert_or_ignore(connection, STARTS_TABLE, rows)
        started += len(rows)
    return started


def _start_row(store: Store, stored: StoredObject) -> dict[str, object]:
    """Return the row of a start marker; an unreadable one gets its session and time from the object's key and age."""
    row: dict[str, object] = {"store_key": stored.key, "session_id": session_in_key(stored.key) or "", "agent_version": None}
    try:
        marker = json.loads(store.get(stored.key))
        started_at = read_moment(marker["start_time"])
        version = marker.get("agent_version")
    except (KeyError, ValueError, TypeError, AttributeError, RecursionError):
        return {**row, "started_at": stored.last_modified}
    return {**row, "started_at": started_at, "agent_version": version if isinstance(version, str) else None}
