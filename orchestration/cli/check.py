"""Run ``voice check``: evaluate the checks of the hourly job now. Output names sessions, never callers."""

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
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object per check.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Show checks that passed or were skipped, too.")] = False,
) -> None:
    """Check the data quality of documents and of the published warehouse. Exit status 1 when a check of severity ERROR failed."""
    from orchestration.quality.checks import evaluate_all
    from orchestration.resources import Platform

    outcomes = evaluate_all(Platform(load_settings()))
    if json:
        for outcome in outcomes:
            print_json(facts(outcome))
    else:
        shown = sorted((outcome for outcome in outcomes if everything or _failed(outcome)), key=_urgency)
        if shown:
            print_table("Data quality", _COLUMNS, [row(outcome) for outcome in shown])
        for outcome in filter(_failed, shown):
            CONSOLE.print(advice(outcome), markup=False, soft_wrap=True)
        failed, skipped = (sum(map(f, outcomes)) for f in (_failed, _skipped))
        hidden = " (--all names them)" if skipped and not everything else ""
        CONSOLE.print(f"{len(outcomes)} checks: {failed} failed, {skipped} skipped for lack of data{hidden}.", markup=False)
    sys.exit(1 if any(outcome.is_error for outcome in outcomes) else 0)


def facts(outcome: CheckOutcome) -> dict[str, Any]:
    """Return every fact of one outcome for ``--json``."""
    return {
        "name": outcome.check.name,
        "asset": "/".join(outcome.check.asset),
        "severity": outcome.check.severity,
        "what_to_do": outcome.check.what_to_do,
        **asdict(outcome.finding),
    }


def row(outcome: CheckOutcome) -> tuple[object, ...]:
    """Return one line of the table."""
    finding = outcome.finding
    passed = f"skipped: {finding.skipped_because}" if finding.skipped_because else "yes" if finding.passed else "NO"
    return (outcome.check.name, outcome.check.severity, passed, finding.count)


def advice(outcome: CheckOutcome) -> str:
    """Return what to do about a failed check, and some of its sessions."""
    finding = outcome.finding
    named = [*finding.sessions[:_NAMED], *(["…"] if len(finding.sessions) > _NAMED else [])]
    text = " ".join(filter(None, (finding.problem, outcome.check.what_to_do)))
    return f"{outcome.check.name}: {text}" + (f"\n  {', '.join(named)}" if named else "")


def _urgency(outcome: CheckOutcome) -> tuple[bool, bool, bool]:
    """Return a sort key: errors, then warnings, then what passed, then what was skipped."""
    return (not outcome.is_error, not _failed(outcome), _skipped(outcome))


def _failed(outcome: CheckOutcome) -> bool:
    return not outcome.finding.passed


def _skipped(outcome: CheckOutcome) -> bool:
    return outcome.finding.skipped_because is not None
