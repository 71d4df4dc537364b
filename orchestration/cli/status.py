"""``voice status``: does everything that came in add up? Read straight from the operational database."""

from __future__ import annotations

from typing import Annotated

import typer

from contract.settings import load_settings
from orchestration.cli.output import CONSOLE, say_facts, say_json, say_table


def status(json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False) -> None:
    """Received = analysed + rejected + pending, with the reasons of what was rejected."""
    from orchestration.state.accounting import account
    from orchestration.state.database import StateDatabase

    settings = load_settings()
    accounts = account(StateDatabase(settings.state_path), settings.clock())
    if json:
        say_json(accounts.as_dict())
        return
    say_facts("Documents", accounts.documents())
    verdict = (
        "The sum is right" if accounts.residual == 0 else f"{accounts.residual} documents are unaccounted for: run 'voice doctor'"
    )
    CONSOLE.print(f"{verdict}: {accounts.received} received = {accounts.analysed} analysed + "
                  f"{accounts.rejected} rejected + {accounts.pending} pending.", markup=False)  # fmt: skip
    if accounts.reasons:
        say_table("Rejected", ("reason", "documents", "what to do"), [(r.reason, r.documents, r.remedy) for r in accounts.reasons])
