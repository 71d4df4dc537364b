"""Run ``voice run``: process everything pending, in this process, until nothing is left."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from contract.platform.settings import Settings, load_settings
from orchestration.cli.output import ERRORS, print_facts, print_json, print_table, progress

if TYPE_CHECKING:
    from orchestration.local_run import RunSummary

STAGES = {
    "start": "Looking for new documents",
    "read": "Reading documents",
    "analyze": "Analysing calls",
    "build": "Building the warehouse",
    "deliver": "Reports and deliveries",
}
INTERRUPTED = 130
"""The exit code of a command that Ctrl-C ended, as shells have it."""


def run(json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False) -> None:
    """Process everything pending: intake, analysis, warehouse, publishing and the reports that are due."""
    settings = load_settings()
    logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL)  # logs a traceback when Ctrl-C meets a closing connection
    try:
        with progress(STAGES) as advance:
            advance("start", 0, None)  # before the imports, which take seconds
            summary = _run(settings, lambda stage, done: advance(stage, done, None))
    except KeyboardInterrupt:
        ERRORS.print(_interrupted(settings), markup=False, soft_wrap=True)
        raise typer.Exit(INTERRUPTED) from None
    facts = {name: value for name, value in summary.__dict__.items() if value is not None}
    if json:
        print_json(facts)
        return
    steps: dict[str, float] = facts.pop("step_seconds")
    print_facts("Run finished", facts)
    if steps:
        print_table("Time by step", ("step", "seconds"), list(steps.items()))


def _run(settings: Settings, advance: Callable[[str, int], None]) -> RunSummary:
    from orchestration.local_run import run_pending
    from orchestration.resources import Platform

    return run_pending(Platform(settings, advance))


def _interrupted(settings: Settings) -> str:
    """Say what an interrupted run leaves: what is done stays done, and what is not is pending."""
    from orchestration.state.database import StateDatabase, state_exists
    from orchestration.state.reconciliation import reconcile

    if not state_exists(settings.state):
        return "Interrupted before anything was read. Run 'voice run' again."
    totals = reconcile(StateDatabase(settings.state), settings.clock())
    return (
        f"Interrupted. Kept: {totals.analysed} analysed calls. Left to do: {totals.pending} calls to analyse, and what "
        "follows them (warehouse, reports, deliveries). Nothing is lost or sent twice: 'voice run' goes on from here."
    )
