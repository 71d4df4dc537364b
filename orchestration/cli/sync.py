"""Run ``voice sync``: send what is due to one destination, or show what would be sent."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from contract.platform.failures import TransientFailure
from contract.platform.settings import load_settings
from orchestration.cli.output import CONSOLE, print_json, print_table, progress

if TYPE_CHECKING:
    from orchestration.delivery.engine import Summary

COLUMNS = ("examined", "sent", "unchanged", "suppressed", "superseded", "parked", "pending", "human_edited_fields")


def sync(
    destination: Annotated[str, typer.Argument(help="The destination: salesforce, amplitude, pagerduty, slack or alert_mail.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be sent, with a sample of fields.")] = False,
    retry_parked: Annotated[bool, typer.Option("--again", help="Retry parked items too, after their cause was fixed.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Send what is due to a destination. Exit status 1 when the destination was unavailable: what is due stays due."""
    from orchestration.delivery.engine import sync as run
    from orchestration.delivery.log import reopen
    from orchestration.destinations.registry import configured_vendor
    from orchestration.resources import Platform

    settings = load_settings()
    platform = Platform(settings)
    chosen = configured_vendor(platform, destination).make(platform, dry_run=dry_run)
    if retry_parked and not dry_run:
        reopen(platform.state, destination)
    with progress({stage.kind: f"Sending {stage.kind}s" for stage in chosen.stages}) as advance:
        summary = run(chosen, settings, platform.state, dry_run=dry_run, progress=lambda stage, done: advance(stage, done, None))
    if json:
        print_json(_facts(summary, dry_run))
    else:
        _print_summary(summary, dry_run)
    if summary.failure:
        raise TransientFailure(summary.failure, "What is due stays due: run the command again, or wait for the schedule.")


def _facts(summary: Summary, dry_run: bool) -> dict[str, Any]:
    counts_by_kind = {kind: asdict(counts) for kind, counts in summary.counts_by_kind.items()}
    sample = [{"kind_key": c.key, "before": dict(c.before), "after": dict(c.fields)} for c in summary.samples]
    return {
        "destination": summary.destination,
        "dry_run": dry_run,
        "failure": summary.failure,
        "kinds": counts_by_kind,
        "sample": sample,
    }


def _print_summary(summary: Summary, dry_run: bool) -> None:
    title = f"{'Dry run' if dry_run else 'Sync'} to {summary.destination}"
    columns = ("kind", *(name.replace("_", " ") for name in COLUMNS))
    if dry_run:
        columns = tuple("would send" if name == "sent" else name for name in columns)
    rows = [(kind, *(getattr(counts, name) for name in COLUMNS)) for kind, counts in summary.counts_by_kind.items()]
    print_table(title, columns, rows)
    for change in summary.samples:
        fields = [(name, _short(change.before.get(name)), _short(value)) for name, value in change.fields.items()]
        print_table(f"{change.session_id or change.key}", ("field", "before", "after"), fields)
    if dry_run:
        CONSOLE.print("Nothing was sent.", markup=False)


def _short(value: object) -> object:
    return value[:77] + "…" if isinstance(value, str) and len(value) > 78 else value
