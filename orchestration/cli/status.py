"""``voice status``: does everything that came in add up? Read straight from the operational database and the store."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from contract.platform.failures import TransientFailure
from contract.platform.settings import Settings, load_settings
from orchestration.cli.output import CONSOLE, print_facts, print_json, print_table


def status(json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False) -> None:
    """Received = analysed + rejected + pending, with the reasons of what was rejected."""
    from orchestration.delivery.log import delivery_problems, delivery_totals
    from orchestration.state.database import StateDatabase
    from orchestration.state.reconciliation import reconcile

    settings = load_settings()
    state = StateDatabase(settings.state_path)
    totals = reconcile(state, settings.clock())
    deliveries, problems = delivery_totals(state), delivery_problems(state)
    live = _live_calls(settings)
    if json:
        print_json({**totals.as_dict(), "live_calls": live, "deliveries": deliveries, "delivery_problems": problems})
        return
    print_facts("Documents", {**totals.documents(), "live_calls": live})
    verdict = "The sum is right" if totals.residual == 0 else f"{totals.residual} documents are unaccounted for: run 'voice doctor'"
    CONSOLE.print(f"{verdict}: {totals.received} received = {totals.analysed} analysed + "
                  f"{totals.rejected} rejected + {totals.pending} pending.", markup=False)  # fmt: skip
    if totals.reasons:
        print_table("Rejected", ("reason", "documents", "what to do"), [(r.reason, r.documents, r.remedy) for r in totals.reasons])
    if deliveries:
        counts = ("eligible", "sent", "pending", "parked", "suppressed", "superseded", "unknown")
        rows = [(f"{entry['destination']} {entry['kind']}s", *(entry[name] for name in counts[:5])) for entry in deliveries]
        if any(entry["superseded"] or entry["unknown"] for entry in deliveries):
            rows = [(*row, entry["superseded"], entry["unknown"]) for row, entry in zip(rows, deliveries, strict=True)]
        print_table("Deliveries", ("items", *counts)[: len(rows[0])], rows)
    if problems:
        names = ("items", "code", "reason", "session")
        rows = [(f"{p['destination']} {p['kind']} {p['state']}", *(p[name] for name in names)) for p in problems]
        print_table("Not delivered", ("what", *names), rows)


def _live_calls(settings: Settings) -> int | None:
    """Calls with a fresh heartbeat in the store; None, not measured, when the store is away."""
    from contract.platform.store import Store
    from orchestration.intake.orphans import live_calls

    try:
        return live_calls(Store(settings.store_uri), settings.clock(), timedelta(seconds=settings.lost_after_seconds))
    except TransientFailure:
        return None
