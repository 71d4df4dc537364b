"""What the next run should do: up to one batch of pending documents of any days, or only a build of the warehouse."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from contract.document.keys import FIRST_DAY
from contract.platform.settings import Settings
from orchestration.state.builds import build_due
from orchestration.state.claims import dead_runs, release
from orchestration.state.database import StateDatabase
from orchestration.state.documents import pending_keys
from orchestration.state.reconciliation import reconcile

RUN_KIND_TAG = "voice/run"
LIVE = "live"


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


def next_plan(settings: Settings, state: StateDatabase, now: datetime) -> BatchPlan | None:
    """The oldest pending documents, after freeing what dead runs held; None when the warehouse is up to date and published.

    A plan without documents only builds: rows are pending for the warehouse, or its file was removed to have it built again.
    """
    with state.writing() as connection:
        release(connection, dead_runs(connection, now))
    with state.reading() as connection:
        pending = pending_keys(connection, settings.batch_sessions)
        if not (pending or build_due(connection) or _warehouse_lost(settings, state, now)):
            return None
    today = now.astimezone(UTC).date()
    days = [row.day for row in pending if row.day and FIRST_DAY <= row.day <= today]
    return BatchPlan([row.store_key for row in pending], max(days, default=today), [r.session_id for r in pending if r.session_id])


def _warehouse_lost(settings: Settings, state: StateDatabase, now: datetime) -> bool:
    """Whether documents were analysed and yet there is no warehouse file."""
    return not settings.warehouse_path.exists() and reconcile(state, now).analysed > 0
