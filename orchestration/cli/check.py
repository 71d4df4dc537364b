"""``voice check``: is the data sound? The checks of the hourly job, evaluated now; sessions are named, callers never."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from contract.platform.settings import load_settings
from orchestration.cli.output import CONSOLE, print_json, print_table

if TYPE_CHECKING:
    from orchestration.quality.outcome import CheckOutcome

_COLUMNS = ("check", "severity", "passed", "count")
_NAMED = 3  # sessions named below a failed check; --json has all twenty


def check(
    json: Annotated[bool, typer.Option("--json", help="One JSON object a check.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Checks that passed too.")] = False,
) -> None:
    """Check the quality of ingested documents and of the published warehouse. Exit status 1 when an ERROR failed."""
    from orchestration.quality.checks import evaluate_all
    from orchestration.resources import Platform

    outcomes = evaluate_all(Platform(load_settings()))
    if json:
        for outcome in outcomes:
            print_json(facts(outcome))
    else:
        shown = [outcome for outcome in outcomes if everything or _failed(outcome) or _skipped(outcome)]
        if shown:
            print_table("Data quality", _COLUMNS, [row(outcome) for outcome in shown])
        for outcome in filter(_failed, outcomes):
            CONSOLE.print(advice(outcome), markup=False, soft_wrap=True)
        failed, skipped_because = (sum(map(f, outcomes)) for f in (_failed, _skipped))
        CONSOLE.print(f"{len(outcomes)} checks: {failed} failed, {skipped_because} had too little to judge by.", markup=False)
    sys.exit(1 if any(outcome.is_error for outcome in outcomes) else 0)


def facts(outcome: CheckOutcome) -> dict[str, Any]:
    """Everything known of one outcome."""
    return {
        "name": outcome.check.name,
        "asset": "/".join(outcome.check.asset),
        "severity": outcome.check.severity,
        "what_to_do": outcome.check.what_to_do,
        **asdict(outcome.finding),
    }


def row(outcome: CheckOutcome) -> tuple[object, ...]:
    """One line of the table."""
    finding = outcome.finding
    passed = f"silent: {finding.skipped_because}" if finding.skipped_because else "yes" if finding.passed else "NO"
    return (outcome.check.name, outcome.check.severity, passed, finding.count)


def advice(outcome: CheckOutcome) -> str:
    """Of a failed check: what to do, and some of the sessions to look at."""
    finding = outcome.finding
    named = [*finding.sessions[:_NAMED], *(["…"] if len(finding.sessions) > _NAMED else [])]
    told = " ".join(filter(None, (finding.problem, outcome.check.what_to_do)))
    return f"{outcome.check.name}: {told}" + (f"\n  {', '.join(named)}" if named else "")


def _failed(outcome: CheckOutcome) -> bool:
    return not outcome.finding.passed


def _skipped(outcome: CheckOutcome) -> bool:
    return outcome.finding.skipped_because is not None
