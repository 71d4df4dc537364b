"""Read the state of the platform at one moment from the state database and the store: documents, live calls, deliveries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from contract.platform.failures import TransientFailure
from contract.platform.settings import Settings
from contract.platform.store import Store
from orchestration.delivery.log import delivery_problems, delivery_totals
from orchestration.intake.orphans import live_calls
from orchestration.state.database import StateDatabase
from orchestration.state.reconciliation import LedgerTotals, reconcile
from orchestration.warehouse.agreement import disagreement


@dataclass(frozen=True)
class Status:
    """State of the platform. ``live_calls`` is None, not measured, when the store is unavailable."""

    totals: LedgerTotals
    live_calls: int | None
    deliveries: list[dict[str, Any]]
    problems: list[dict[str, Any]]
    warehouse_problem: str | None = None

    def as_dict(self) -> dict[str, Any]:
        more: dict[str, Any] = {"live_calls": self.live_calls, "deliveries": self.deliveries, "delivery_problems": self.problems}
        more["warehouse_problem"] = self.warehouse_problem
        return {**self.totals.as_dict(), **more}


def read_status(settings: Settings) -> Status:
    """Count documents, live calls and deliveries; changes nothing."""
    state = StateDatabase(settings.state)
    totals = reconcile(state, settings.clock())
    wrong = disagreement(settings, state)
    return Status(totals, _live_calls(settings), delivery_totals(state), delivery_problems(state), wrong)


def _live_calls(settings: Settings) -> int | None:
    """Count calls with a fresh heartbeat in the store; None when it is unavailable."""
    try:
        return live_calls(Store(settings.store_uri), settings.clock(), timedelta(seconds=settings.lost_after_seconds))
    except TransientFailure:
        return None
