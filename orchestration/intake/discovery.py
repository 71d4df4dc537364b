"""Finding documents: the store's listing against the ledger, so that no timestamp or order can hide one.

A key is looked at again when its e_tag differs from the ledger's. Hot days are listed at each tick, everything hourly:
a late spool or a correction reaches any old day.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from contract.keys import REJECTED, SESSIONS, STARTS, day_in_key, day_prefix
from contract.store import Store, StoredObject
from orchestration.state.database import StateDatabase
from orchestration.state.ledger import Received, known_hashes, record_received
from orchestration.state.tables import STARTS as STARTS_TABLE

_WRITTEN_AT_ONCE = 1000


@dataclass(frozen=True)
class Discovery:
    """What one look at the store found: objects listed, documents that became pending, calls that started."""

    listed: int
    pending: int
    started: int


def hot_days(now: datetime) -> tuple[date, ...]:
    """The UTC days on which calls are expected to arrive: yesterday, today and tomorrow (clocks differ)."""
    today = now.astimezone(UTC).date()
    return tuple(today + timedelta(days=offset) for offset in (-1, 0, 1))


def discover(store: Store, state: StateDatabase, now: datetime, days: Sequence[date] | None = None) -> Discovery:
    """List the given days, or everything when ``days`` is None, and enter what is new into the ledger."""
    sessions, starts = ([root] if days is None else [day_prefix(root, day) for day in days] for root in (SESSIONS, STARTS))
    listed = pending = 0
    for received in _in_portions(r for prefix in sessions for r in _documents(store, prefix)):
        listed += len(received)
        pending += _entered(state, received, now)
    for received in _in_portions(_set_aside(store) if days is None else ()):
        with state.reading() as connection:
            known = known_hashes(connection, [_hash_in_key(r.stored.key) for r in received])
        pending += _entered(state, [r for r in received if _hash_in_key(r.stored.key) not in known], now)
    started = sum(_read_starts(store, state, prefix) for prefix in starts)
    return Discovery(listed, pending, started)


def _entered(state: StateDatabase, received: list[Received], now: datetime) -> int:
    with state.writing() as connection:
        return record_received(connection, received, now)


def _documents(store: Store, prefix: str) -> Iterator[Received]:
    for stored in store.list(prefix):
        name = stored.key.rsplit("/", 1)[-1]
        yield Received(stored, name.removesuffix(".gz").removesuffix(".json") or None, day_in_key(stored.key))


def _set_aside(store: Store) -> Iterator[Received]:
    """Documents that delivery could not key, under ``rejected/<sha256>``; copies the pipeline made itself are known by hash."""
    return (Received(stored, None, None) for stored in store.list(REJECTED))


def _hash_in_key(key: str) -> str:
    return key.rsplit("/", 1)[-1]


def _read_starts(store: Store, state: StateDatabase, prefix: str) -> int:
    """Enter start markers not seen before; one that cannot be read is left for the document that follows it."""
    with state.reading() as connection:
        known = _known_starts(connection)
    markers = [m for stored in store.list(prefix) if stored.key not in known and (m := _start_row(store, stored))]
    if markers:
        with state.writing() as connection:
            connection.execute(insert(STARTS_TABLE).on_conflict_do_nothing(), markers)
    return len(markers)


def _known_starts(connection: Connection) -> set[str]:
    return set(connection.execute(select(STARTS_TABLE.c.store_key)).scalars())


def _start_row(store: Store, stored: StoredObject) -> dict[str, object] | None:
    try:
        marker = json.loads(store.get(stored.key))
        started_at = datetime.fromisoformat(marker["start_time"])
        session_id, agent_version = str(marker["session_id"]), marker.get("agent_version")
    except (KeyError, ValueError, TypeError, AttributeError, RecursionError):
        return None
    if started_at.tzinfo is None:
        started_at = started_at.replace(tzinfo=UTC)
    version = str(agent_version) if agent_version else None
    return {"store_key": stored.key, "session_id": session_id, "started_at": started_at, "agent_version": version}


def _in_portions(received: Iterable[Received]) -> Iterator[list[Received]]:
    portion: list[Received] = []
    for one in received:
        portion.append(one)
        if len(portion) == _WRITTEN_AT_ONCE:
            yield portion
            portion = []
    if portion:
        yield portion
