"""Run ``voice report``: write an executives' e-mail to a file, print it, or send it."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from contract.platform.failures import ConfigurationFailure
from contract.platform.settings import Settings, load_settings
from orchestration.cli.output import CONSOLE
from orchestration.resources import Platform

if TYPE_CHECKING:
    from orchestration.reports.kinds import ReportKind

report = typer.Typer(no_args_is_help=True)
_FORMS = ["%Y-%m-%d"]
Day = Annotated[datetime | None, typer.Option("--date", formats=_FORMS, help="Business day; default: the last complete one.")]
DayOfWeek = Annotated[
    datetime | None, typer.Option("--date", formats=_FORMS, help="A day of the week; default: the last complete week.")
]
Out = Annotated[Path | None, typer.Option(dir_okay=False, help="File for the HTML; default: print the text.")]
Send = Annotated[bool, typer.Option("--send", help="Send it to its recipients; who has it already gets no second one.")]


@report.callback()
def reports() -> None:
    """Write reports for executives, or send them."""


@report.command()
def daily(
    day: Day = None,
    out: Out = None,
    send: Send = False,
) -> None:
    """Write the daily summary of one business day (spec 7.5)."""
    _report("daily", day, out, send)


@report.command()
def weekly(
    day: DayOfWeek = None,
    out: Out = None,
    send: Send = False,
) -> None:
    """Write the weekly review of one business week, Monday to Sunday (spec 7.5)."""
    _report("weekly", day, out, send)


def _report(name: str, day: datetime | None, out: Path | None, send: bool) -> None:
    from orchestration.reports.files import report as report_of
    from orchestration.reports.kinds import KINDS

    settings, kind = load_settings(), KINDS[name]
    first = kind.first_day(day.date()) if day else kind.last_complete(settings.clock(), settings.business_zone)
    if out or not send:
        email = report_of(settings, kind, first, out)
        CONSOLE.print(f"Written to {out}" if out else email.text, markup=False, soft_wrap=True)
    if send:
        _send(settings, kind, first)


def _send(settings: Settings, kind: ReportKind, first: date) -> None:
    """Send the report of a period that is over; each recipient gets it once, by whatever way it was sent."""
    from orchestration.delivery.log import logged_items
    from orchestration.downstream.report_mails import missing_mail_setting, send_report_mails
    from orchestration.reports.due import DESTINATION, ITEM, mails_of

    platform = Platform(settings)
    if missing := missing_mail_setting(platform):
        raise ConfigurationFailure(f"{missing} is not set.", "Set it; docs/settings.md lists what e-mail needs.")
    if kind.span(first, settings.business_zone).end > settings.clock():
        raise ConfigurationFailure(f"The {kind.period} of {first} is not over yet.", "Send it when it is, or write it with --out.")
    keys = mails_of(platform, kind, first)
    before = logged_items(platform.state, DESTINATION, ITEM, list(map(str, keys)))
    send_report_mails(platform, keys)
    items = logged_items(platform.state, DESTINATION, ITEM, list(map(str, keys)))
    sent = sum(item.state == "sent" for item in items.values())
    already = sum(item.state == "sent" for item in before.values())
    others = f", {len(keys) - sent} did not get it: 'voice status' says why" if sent < len(keys) else ""
    CONSOLE.print(f"Sent to {sent - already} of {len(keys)} recipients; {already} had it already{others}.", markup=False)
