"""Run ``voice run``: process everything pending, in this process, until nothing is left."""

from __future__ import annotations

from typing import Annotated

import typer

from contract.platform.settings import load_settings
from orchestration.cli.output import print_facts, print_json, print_table, progress

STAGES = {
    "read": "Reading documents",
    "annotate": "Annotating calls",
    "analyze": "Writing reports",
    "build": "Building the warehouse",
}


def run(json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False) -> None:
    """Process everything pending: intake, analysis, warehouse, publishing and the reports that are due."""
    from orchestration.local_run import run_pending
    from orchestration.resources import Platform

    settings = load_settings()
    with progress(STAGES) as advance:
        summary = run_pending(Platform(settings, lambda stage, done: advance(stage, done, None)))
    facts = {name: value for name, value in summary.__dict__.items() if value is not None}
    if json:
        print_json(facts)
        return
    steps: dict[str, float] = facts.pop("step_seconds")
    print_facts("Run finished", facts)
    if steps:
        print_table("Time by step", ("step", "seconds"), list(steps.items()))
