"""Run all parts of the benchmark or the named ones, print and keep the figures: ``python -m benchmarks [PART…]``."""

from __future__ import annotations

import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.analysis_cost import ANALYSIS
from benchmarks.backlog import BACKLOG_PART
from benchmarks.commands import COMMANDS
from benchmarks.demo_time import DEMO
from benchmarks.freshness import FRESHNESS
from benchmarks.hot_leads import HOT_LEADS
from benchmarks.intake_rate import INTAKE
from benchmarks.measurement import Measurement, Part
from benchmarks.naive import NAIVE
from benchmarks.peak_memory import MEMORY
from benchmarks.report import page, print_table, read_values, write_json
from benchmarks.syncs import SYNCS
from benchmarks.warehouse_speed import WAREHOUSE

PARTS: dict[str, Part] = {
    part.name: part
    for part in (COMMANDS, FRESHNESS, HOT_LEADS, ANALYSIS, INTAKE, MEMORY, DEMO, NAIVE, BACKLOG_PART, WAREHOUSE, SYNCS)
}
LONG = {BACKLOG_PART.name, WAREHOUSE.name, SYNCS.name}
RESULTS = Path(__file__).parent / "results" / "latest.json"
BASELINE = Path(__file__).parent / "baseline.json"
"""The result that was accepted last (``make bench-accept``), beside which figures are printed."""
PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"
"""The page, written when all parts but the long ones were measured."""


commands = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@commands.command()
def main(
    parts: Annotated[
        list[str] | None, typer.Argument(help=f"Any of {', '.join(PARTS)}; default: all but {', '.join(LONG)}.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Where the figures go as JSON.")] = RESULTS,
) -> None:
    """Measure speed and memory of the real commands, each figure beside the cost of what cannot be saved."""
    if unknown := set(parts or ()) - PARTS.keys():
        raise typer.BadParameter(f"no part is called {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    console, measurements = Console(width=None if sys.stdout.isatty() else 200), list[Measurement]()
    for name in parts or [name for name in PARTS if name not in LONG]:
        console.print(PARTS[name].question, style="dim")
        with tempfile.TemporaryDirectory(prefix="voice-bench-") as folder:
            measurements += PARTS[name].measure(Path(folder))
    measured_at = datetime.now(UTC)
    print_table(measurements, read_values(BASELINE), console)
    write_json(measurements, out, measured_at)
    if not parts:
        PAGE.write_text(page({name: part.question for name, part in PARTS.items()}, measurements, measured_at), encoding="utf-8")


commands()
