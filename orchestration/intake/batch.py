"""Open the batch of a run: the documents claimed under its id, or days analysed again from the lake."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select, update

from orchestration.state.claims import claim, claimed_keys, register_run
from orchestration.state.counters import next_value
from orchestration.state.database import StateDatabase
from orchestration.state.tables import DOCUMENTS, FAILED_REDOS, RUNS


@dataclass(frozen=True)
class BatchDocument:
    store_key: str
    session_id: str
    day: date


@dataclass(frozen=True)
class Batch:
    """The documents of one run. ``analysis_seq`` names the lake parts it writes; ``documents`` were read and accepted so far."""

    run_id: str
    analysis_seq: int
    documents: tuple[BatchDocument, ...]

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(sorted({d.day for d in self.documents}))

    @property
    def store_keys(self) -> list[str]:
        return [d.store_key for d in self.documents]

    def sessions_of(self, day: date) -> frozenset[str]:
        return frozenset(d.session_id for d in self.documents if d.day == day)


def claim_batch(
    state: StateDatabase, run_id: str, store_keys: list[str], now: datetime, lease_seconds: int
) -> tuple[int, list[str]]:
    """Claim documents for this run under a new sequence; return ``(analysis_seq, keys claimed)``.

    Raises ``TransientFailure`` when the run's claims were released to another run.
    """
    with state.writing() as connection:
        seq = _sequence(connection, run_id, now, lease_seconds)
        return seq, claim(connection, run_id, store_keys)


def open_batch(state: StateDatabase, run_id: str, days: Sequence[date], now: datetime, lease_seconds: int) -> Batch:
    """Return the batch this run claimed; a run that claimed none analyses the sessions of ``days`` again from the lake.

    ``days`` are consecutive. What failed in this run is not among them: its earlier analysis stays as a whole.
    """
    with state.writing() as connection:
        seq = _sequence(connection, run_id, now, lease_seconds, days)
        first, last = connection.execute(select(RUNS.c.day, RUNS.c.last_day).where(RUNS.c.run_id == run_id)).one()
        c = DOCUMENTS.c
        failed = select(FAILED_REDOS.c.store_key).where(FAILED_REDOS.c.run_id == run_id)
        redone = c.day.between(first, last or first) & (c.state == "analysed") & c.store_key.not_in(failed)
        own = redone if first else c.store_key.in_(claimed_keys(connection, run_id))
        rows = connection.execute(
            select(c.store_key, c.session_id, c.day).where(own, c.revision.is_not(None)).order_by(c.store_key)
        )
        return Batch(run_id, seq, tuple(BatchDocument(row.store_key, row.session_id, row.day) for row in rows))


def _sequence(connection: Connection, run_id: str, now: datetime, lease_seconds: int, days: Sequence[date] = ()) -> int:
    """Return the run's analysis sequence, assigned once; each call renews the lease."""
    register_run(connection, run_id, now, lease_seconds)
    seq = connection.execute(select(RUNS.c.analysis_seq).where(RUNS.c.run_id == run_id)).scalar_one()
    if seq is None:
        seq = next_value(connection, "analysis")
        redone = {"day": min(days, default=None), "last_day": max(days, default=None)}
        connection.execute(update(RUNS).where(RUNS.c.run_id == run_id).values(analysis_seq=seq, **redone))
    return seq
