"""Run ``voice alerts``: replay rules over history."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from contract.platform.settings import load_settings
from orchestration.cli.output import CONSOLE, print_json, print_table, progress

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from orchestration.alerts.replay import Fired, PastCalls

alerts = typer.Typer(no_args_is_help=True)
DAY = ["%Y-%m-%d"]


@alerts.callback()
def of_alerts() -> None:
    """See what alert rules would have told."""


@alerts.command()
def replay(
    first: Annotated[datetime, typer.Option("--from", formats=DAY, help="First UTC day.")],
    last: Annotated[datetime, typer.Option("--to", formats=DAY, help="Last UTC day.")],
    rules: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="Other rules: print the difference.")] = None,
    history: Annotated[
        Path | None, typer.Option(exists=True, file_okay=False, help="Folder of documents in place of the store.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object per alert.")] = False,
) -> None:
    """Evaluate the alert rules over past calls, as of when each became known. Sends and stores nothing."""
    from contract.platform.store import Store
    from contract.platform.yaml_file import read_yaml
    from orchestration.alert_replay import read_past_calls
    from orchestration.alerts.replay import difference
    from orchestration.alerts.replay import replay as replayed
    from orchestration.alerts.rules import AlertRules
    from orchestration.resources import Platform
    from orchestration.rules.business_hours import BusinessHours

    settings = load_settings()
    start, end = (datetime.combine(day.date(), time.min, UTC) for day in (first, last))
    end += timedelta(days=1)
    with progress({"analyze": "Calls read"}) as advance:
        platform = Platform(settings, progress=lambda stage, done: advance(stage, done, None))
        store = Store(history.resolve().as_uri()) if history else platform.store
        past = read_past_calls(platform, store, start.date(), last.date(), arrivals=history is None)
    own = platform.reference.table(AlertRules)
    business = platform.reference.table(BusinessHours)
    fired = replayed(own, business, settings.business_zone, past, start, end)
    if rules is None:
        _print_fired(fired, past, start, end, json=json)
        return
    other = AlertRules.model_validate(read_yaml(rules))
    _print_difference(difference(fired, replayed(other, business, settings.business_zone, past, start, end)), json=json)


def _print_fired(fired: Sequence[Fired], past: PastCalls, start: datetime, end: datetime, *, json: bool) -> None:
    from orchestration.alerts.replay import pages_a_week

    if json:
        for one in fired:
            print_json(one.line(), sort_keys=False)
        return
    columns = ("rule", "subject", "severity", "fired at", "resolved at", "n", "value")
    rows = [tuple(_written(value) for value in one.line().values()) for one in fired]
    print_table(f"{len(fired)} alerts; nobody has acknowledged any", columns, rows)
    print_table("By rule", ("rule", "alerts", "mean time to detect"), _by_rule(fired))
    known = ", ".join(f"{count} by the {what}" for what, count in sorted(past.known_by.items())) or "none"
    CONSOLE.print(f"Pages a week: {pages_a_week(fired, start, end):.1f}. Calls became known: {known}.", markup=False)


def _by_rule(fired: Sequence[Fired]) -> list[tuple[str, int, str]]:
    rows: list[tuple[str, int, str]] = []
    for rule in dict.fromkeys(one.rule for one in fired):
        of_rule = [one for one in fired if one.rule == rule]
        delays = [one.detected_after for one in of_rule if one.detected_after is not None]
        mean = sum(delays, timedelta()) / len(delays) if delays else None
        rows.append((rule, len(of_rule), "" if mean is None else f"{mean.total_seconds() / 60:.1f} min"))
    return rows


def _print_difference(changed: Mapping[str, Sequence[Fired]], *, json: bool) -> None:
    for change, fired in changed.items():
        if json:
            for one in fired:
                print_json({**one.line(), "difference": change}, sort_keys=False)
        else:
            columns = ("rule", "subject", "severity", "fired at", "resolved at", "n", "value")
            rows = [tuple(_written(value) for value in one.line().values()) for one in fired]
            print_table(f"{len(fired)} alerts {change} by the other rules", columns, rows)


def _written(value: object) -> str:
    return "" if value is None else str(value)
