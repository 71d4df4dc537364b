"""Run ``voice status``: show whether every document received is accounted for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from contract.platform.settings import load_settings
from orchestration.cli.output import CONSOLE, print_facts, print_json, print_table

if TYPE_CHECKING:
    from orchestration.state.reconciliation import LedgerTotals

_COUNTS = ("eligible", "sent", "pending", "parked", "suppressed")
_RARE = ("superseded", "unknown")


def status(json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False) -> None:
    """Show documents (received = analysed + rejected + pending), reasons of rejections, live calls and deliveries."""
    from orchestration.status import read_status

    found = read_status(load_settings())
    if json:
        print_json(found.as_dict())
        return
    print_facts("Documents", {**found.totals.documents(), "live_calls": found.live_calls})
    CONSOLE.print(_verdict(found.totals), markup=False)
    if found.warehouse_problem:
        CONSOLE.print(f"The warehouse disagrees with the ledger: {found.warehouse_problem}", markup=False, soft_wrap=True)
    if found.totals.reasons:
        rows = [(r.reason, r.documents, r.remedy) for r in found.totals.reasons]
        print_table("Rejected", ("reason", "documents", "what to do"), rows)
    if found.totals.failed_redos:
        rows = [(r.reason, r.documents, r.remedy) for r in found.totals.failed_redos]
        print_table("Failed when analysed again; the earlier analysis stays", ("reason", "documents", "what to do"), rows)
    _print_deliveries(found.deliveries, found.problems)


def _verdict(totals: LedgerTotals) -> str:
    right = "The sum is right" if totals.residual == 0 else f"{totals.residual} documents are unaccounted for: run 'voice doctor'"
    parts = f"{totals.analysed} analysed + {totals.rejected} rejected + {totals.pending} pending"
    return f"{right}: {totals.received} received = {parts}."


def _print_deliveries(deliveries: list[dict[str, Any]], problems: list[dict[str, Any]]) -> None:
    if deliveries:
        rare = _RARE if any(entry[name] for entry in deliveries for name in _RARE) else ()
        columns = (*_COUNTS, *rare)
        rows = [(f"{entry['destination']} {entry['kind']}s", *(entry[name] for name in columns)) for entry in deliveries]
        print_table("Deliveries", ("items", *columns), rows)
    if problems:
        names = ("items", "code", "reason", "session")
        rows = [(f"{p['destination']} {p['kind']} {p['state']}", *(p[name] for name in names)) for p in problems]
        print_table("Not delivered", ("what", *names), rows)
