"""Run ``voice alerts``: list, acknowledge and silence alerts, replay rules over history."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from contract.platform.failures import ConfigurationFailure
from contract.platform.settings import load_settings
from orchestration.cli.output import CONSOLE, print_json, print_table, progress

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from orchestration.alerts.replay import Fired, PastCalls
    from orchestration.messages.message import Message

alerts = typer.Typer(invoke_without_command=True)
DAY = ["%Y-%m-%d"]
LISTED = 50  # alerts that are listed: a screen full


@alerts.callback()
def of_alerts(
    context: typer.Context, json: Annotated[bool, typer.Option("--json", help="Print one JSON object per alert.")] = False
) -> None:
    """List alerts: those that wait for somebody first, then the latest; and how fast they were acknowledged and resolved."""
    if context.invoked_subcommand is not None:
        return
    from orchestration.resources import Platform
    from orchestration.state.alerting import recent_alerts, response_times
    from orchestration.state.recent_calls import KEPT

    platform = Platform(load_settings())
    with platform.state.reading() as connection:
        found, times = recent_alerts(connection, LISTED), response_times(connection, platform.now() - KEPT)
    if json:
        for alert in found:
            print_json({name: _plain(value) for name, value in alert.items() if name != "change_seq"}, sort_keys=False)
        return
    columns = ("id", "severity", "alert", "message", "triggered", "sent to", "acknowledged by", "resolved", "not sent because")
    names = ("id", "severity", "alert_name", "message", "triggered_at", "sent_to", "acknowledged_by", "resolved_at", "suppressed")
    print_table(f"{len(found)} alerts", columns, [tuple(_written(_plain(alert[name])) for name in names) for alert in found])
    rows = [(one.rule, one.alerts, _minutes(one.until_acknowledged), _minutes(one.until_resolved)) for one in times]
    print_table("Last 35 days", ("rule", "alerts", "mean time to acknowledge", "mean time to resolve"), rows)


@alerts.command()
def ack(
    number: Annotated[int, typer.Argument(metavar="ID", help="Id of the alert, as listed.")],
    by: Annotated[str, typer.Option("--by", help="Who takes care of it.")],
) -> None:
    """Acknowledge an alert: nobody is reminded of it any more."""
    from orchestration.resources import Platform
    from orchestration.state.alerting import acknowledge

    platform = Platform(load_settings())
    with platform.state.writing() as connection:
        done = acknowledge(connection, number, by, platform.now())
    if not done:
        raise ConfigurationFailure(f"No alert {number} waits for somebody.", "'voice alerts' lists the alerts with their ids.")
    CONSOLE.print(f"Acknowledged by {by}.", markup=False)


@alerts.command()
def silence(
    rule: Annotated[str, typer.Argument(help="Name of the rule, as listed.")],
    by: Annotated[str, typer.Option("--by", help="Who silences it.")],
    length: Annotated[str, typer.Option("--for", help="How long, such as 30m or 2h.")] = "2h",
) -> None:
    """Silence a rule for a while: what it finds is recorded, and no channel gets it."""
    from orchestration.alerts.rules import AlertRules
    from orchestration.resources import Platform
    from orchestration.state.alerting import silence as record_silence

    platform = Platform(load_settings())
    names = [one.name for one in platform.reference.table(AlertRules).rules]
    if rule not in names:
        raise ConfigurationFailure(f"There is no alert rule {rule}.", f"Use one of: {', '.join(names)}.")
    until = platform.now() + _span(length)
    with platform.state.writing() as connection:
        record_silence(connection, rule, until, by)
    CONSOLE.print(f"{rule} is silenced until {until:%Y-%m-%d %H:%M} UTC by {by}.", markup=False)


def _span(text: str) -> timedelta:
    match = re.fullmatch(r"([1-9]\d{0,4})([mh])", text)
    if match is None:
        raise ConfigurationFailure(f"{text} is no length of time.", "Write minutes or hours, such as 30m or 2h.")
    return timedelta(minutes=int(match[1])) if match[2] == "m" else timedelta(hours=int(match[1]))


def _plain(value: object) -> object:
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else value


def _minutes(span: timedelta | None) -> str:
    return "" if span is None else f"{span.total_seconds() / 60:.1f} min"


@alerts.command()
def replay(
    first: Annotated[datetime, typer.Option("--from", formats=DAY, help="First UTC day.")],
    last: Annotated[datetime, typer.Option("--to", formats=DAY, help="Last UTC day.")],
    rules: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="Other rules: print the difference.")] = None,
    history: Annotated[
        Path | None, typer.Option(exists=True, file_okay=False, help="Folder of documents in place of the store.")
    ] = None,
    monthly_budget: Annotated[float | None, typer.Option(min=0.01, help="US dollars in place of the budgets of goals.yml.")] = None,
    out: Annotated[Path | None, typer.Option(dir_okay=False, help="Write the alerts as a page, too.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object per alert.")] = False,
) -> None:
    """Evaluate the alert rules over past calls, as of when each became known. Sends and stores nothing."""
    from contract.platform.store import Store
    from contract.platform.yaml_file import read_yaml
    from orchestration.alert_replay import read_past_calls
    from orchestration.alerts.feed import feed_message
    from orchestration.alerts.replay import difference
    from orchestration.alerts.replay import replay as replayed
    from orchestration.alerts.rules import AlertRules
    from orchestration.resources import Platform
    from orchestration.rules.business_hours import BusinessHours
    from orchestration.rules.goals import Budgets, Goals

    settings = load_settings()
    start, end = (datetime.combine(day.date(), time.min, UTC) for day in (first, last))
    end += timedelta(days=1)
    with progress({"analyze": "Calls read"}) as advance:
        platform = Platform(settings, progress=lambda stage, done: advance(stage, done, None))
        store = Store(history.resolve().as_uri()) if history else platform.store
        past = read_past_calls(platform, store, start.date(), last.date(), arrivals=history is None)
    own = platform.reference.table(AlertRules)
    business, budgets = platform.reference.table(BusinessHours), platform.reference.table(Goals).budgets
    if monthly_budget is not None:
        budgets = Budgets(daily=monthly_budget / own.projection.days_a_month, monthly=monthly_budget)
    fired = replayed(own, business, budgets, settings.business_zone, past, start, end)
    if out:
        _write_feed(out, feed_message(fired, settings.business_zone, start.date(), last.date(), settings.base_url))
    if rules is None:
        _print_fired(fired, past, start, end, json=json)
        return
    other = AlertRules.model_validate(read_yaml(rules))
    _print_difference(difference(fired, replayed(other, business, budgets, settings.business_zone, past, start, end)), json=json)


def _write_feed(path: Path, message: Message) -> None:
    from orchestration.messages.html import html_of

    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(html_of(message), encoding="utf-8")


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
        rows.append((rule, len(of_rule), _minutes(mean)))
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
