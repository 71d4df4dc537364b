"""Run ``voice report``: write an executives' e-mail to a file, print it, or send it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from contract.platform.settings import load_settings
from orchestration.cli.output import CONSOLE

report = typer.Typer(no_args_is_help=True)
_FORMS = ["%Y-%m-%d"]
Day = Annotated[datetime | None, typer.Option("--date", formats=_FORMS, help="Business day; default: the last complete one.")]
DayOfWeek = Annotated[
    datetime | None, typer.Option("--date", formats=_FORMS, help="A day of the week; default: the last complete week.")
]
Out = Annotated[Path | None, typer.Option(dir_okay=False, help="File for the HTML; default: print the text.")]


@report.callback()
def reports() -> None:
    """Write reports for executives, or send them."""


@report.command()
def daily(
    day: Annotated[
        datetime | None, typer.Option("--date", formats=_FORMS, help="Business day; default: the last complete one.")
    ] = None,
    out: Out = None,
) -> None:
    """Write the daily summary of one business day (spec 7.5)."""
    _report("daily", day, out)


@report.command()
def weekly(
    day: Annotated[
        datetime | None, typer.Option("--date", formats=_FORMS, help="A day of the week; default: the last complete week.")
    ] = None,
    out: Out = None,
) -> None:
    """Write the weekly review of one business week, Monday to Sunday (spec 7.5)."""
    _report("weekly", day, out)


def _report(name: str, day: datetime | None, out: Path | None) -> None:
    from orchestration.reports.files import report as report_of
    from orchestration.reports.kinds import KINDS

    settings, kind = load_settings(), KINDS[name]
    first = kind.first_day(day.date()) if day else kind.last_complete(settings.clock(), settings.business_zone)
    email = report_of(settings, kind, first, out)
    CONSOLE.print(f"Written to {out}" if out else email.text, markup=False, soft_wrap=True)
