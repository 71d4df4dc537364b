"""Run ``voice sample-history``: write calls and samples of many days, with incidents as data, to try alert rules on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from contract.platform.settings import load_settings
from orchestration.cli.output import print_facts, print_json, progress


def sample_history(
    days: Annotated[int, typer.Option(min=1, max=366, help="Days of the history.")],
    per_day: Annotated[int, typer.Option(min=1, max=100_000, help="Calls a day on the mean of a week.")],
    incidents: Annotated[Path, typer.Option(help="YAML file of what happens when.", exists=True, dir_okay=False)],
    out: Annotated[Path, typer.Option(help="Folder to write, for 'voice deliver'.", file_okay=False)],
    seed: Annotated[int, typer.Option(help="Equal seeds give equal histories.")] = 1,
    json: Annotated[bool, typer.Option("--json", help="Print the counts as JSON.")] = False,
) -> None:
    """Write a made-up history: documents, start markers and samples of the platform, each with when it was known."""
    from orchestration.sample_history.history import plan_history
    from orchestration.sample_history.incidents import read_incidents
    from orchestration.sample_history.volume import calls_of
    from orchestration.sample_history.writing import write_history

    plan = plan_history(read_incidents(incidents), days, per_day, seed, load_settings().clock())
    total = calls_of(plan.first_day, days, per_day)
    with progress({"write": "Writing calls"}, eta=True) as advance:
        counts = write_history(plan, out, lambda written: advance("write", written, total))
    facts = {"first_day": plan.first_day.isoformat(), "days": days, **counts}
    if json:
        print_json(facts)
    else:
        print_facts("Sample history", facts)
