"""Plan the next run: up to one batch of pending documents of any days, or only a build of the warehouse."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from contract.document.keys import FIRST_DAY
from contract.platform.settings import Settings
from orchestration.state.builds import build_due
from orchestration.state.claims import dead_runs, release_dead
from orchestration.state.database import StateDatabase
from orchestration.state.documents import pending_keys
from orchestration.state.reconciliation import reconcile

RUN_KIND_TAG = "voice/run"
LIVE = "live"


@dataclass(frozen=True)
class BatchPlan:
    """The documents of the next run. ``store_keys`` may be empty: then the run only builds the warehouse."""

    store_keys: list[str]
    partition: date
    session_ids: list[str]

    @property
    def run_config(self) -> dict[str, object]:
        return {"ops": {"session_documents": {"config": {"store_keys": self.store_keys}}}}

    @property
    def tags(self) -> dict[str, str]:
        """Return tags that describe the run: the number of sessions, and the session id when there is only one."""
        tags = {RUN_KIND_TAG: LIVE, "voice/sessions": str(len(self.store_keys))}
        return {**tags, "voice/session_id": self.session_ids[0][:200]} if len(self.session_ids) == 1 else tags


def next_plan(settings: Settings, state: StateDatabase, now: datetime) -> BatchPlan | None:
    """Return a plan for the oldest pending documents, after releasing the claims of dead runs; None when nothing is due.

    A plan without documents only builds: sessions are due for a build, or the warehouse file was removed to have it rebuilt.
    """
    with state.writing() as connection:
        release_dead(connection, dead_runs(connection, now), now)
    with state.reading() as connection:
        pending = pending_keys(connection, settings.batch_sessions)
        if not (pending or build_due(connection) or _warehouse_lost(settings, state, now)):
            return None
    today = now.astimezone(UTC).date()
    days = [row.day for row in pending if row.day and FIRST_DAY <= row.day <= today]
    return BatchPlan([row.store_key for row in pending], max(days, default=today), [r.session_id for r in pending if r.session_id])


def _warehouse_lost(settings: Settings, state: StateDatabase, now: datetime) -> bool:
    """Return whether documents were analysed but the warehouse file is missing."""
    return not settings.warehouse_path.exists() and reconcile(state, now).analysed > 0
