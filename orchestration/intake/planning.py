"""What the next run should do: up to one batch of pending documents of any days, or only the warehouse's arrears."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from orchestration.state.accounting import account
from orchestration.state.claims import dead_runs, release
from orchestration.state.database import StateDatabase
from orchestration.state.ledger import build_due, pending_keys

RUN_KIND_TAG = "voice/run"
LIVE = "live"


def warehouse_lost(state: StateDatabase, warehouse: Path, now: datetime) -> bool:
    """Documents were analysed, yet there is no warehouse file: somebody removed it, to have it built anew."""
    return not warehouse.exists() and account(state, now).analysed > 0


@dataclass(frozen=True)
class BatchPlan:
    """``store_keys`` may be empty: then the run only brings the warehouse up to the ledger."""

    store_keys: list[str]
    partition: date
    session_ids: list[str]

    @property
    def run_config(self) -> dict[str, object]:
        return {"ops": {"session_documents": {"config": {"store_keys": self.store_keys}}}}

    @property
    def tags(self) -> dict[str, str]:
        """What the run is about, as tags; a lone call is named, a crowd is counted."""
        tags = {RUN_KIND_TAG: LIVE, "voice/sessions": str(len(self.store_keys))}
        return {**tags, "voice/session_id": self.session_ids[0][:200]} if len(self.session_ids) == 1 else tags


def next_batch(state: StateDatabase, limit: int, now: datetime, first_day: date, *, rebuild: bool = False) -> BatchPlan | None:
    """The oldest pending documents, after freeing what dead runs held; None when nothing at all is due.

    ``rebuild`` asks for a run even then, because the warehouse file is gone.
    """
    with state.writing() as connection:
        release(connection, dead_runs(connection, now))
    with state.reading() as connection:
        pending = pending_keys(connection, limit)
        if not (pending or rebuild or build_due(connection)):
            return None
    today = now.astimezone(UTC).date()
    days = [row.day for row in pending if row.day and first_day <= row.day <= today]
    return BatchPlan([row.store_key for row in pending], max(days, default=today), [r.session_id for r in pending if r.session_id])
